import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

/*
 * Kinds of client metadata, as far as JSON goes; what they may say is judged by the provider. Null takes a member away.
 */

const line = /^[^\p{Cc}\p{Surrogate}]+$/u;
const message = 'must be one line of text';

export const TextMember = (description?: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 2000, ...(description ? { description } : {}) }),
    IsOptional(),
    Matches(line, { message }),
    MaxLength(2000),
  );

export const TextsMember = (description?: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], nullable: true, ...(description ? { description } : {}) }),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(100),
    Matches(line, { each: true, message }),
    MaxLength(2000, { each: true }),
  );

export const FlagMember = (description?: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'boolean', nullable: true, ...(description ? { description } : {}) }),
    IsOptional(),
    IsBoolean(),
  );

export const SecondsMember = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', nullable: true, description: `Seconds. ${description}` }),
    IsOptional(),
    IsInt(),
    Min(0),
    Max(365 * 86_400),
  );

/** @param additionalProperties what its values are */
export const MapMember = (additionalProperties: object, description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'object', nullable: true, additionalProperties, description }),
    IsOptional(),
    IsObject(),
  );
