import { Module } from '@nestjs/common';
import { AssetsController } from './http/assets.controller.js';

/** Serves what hosted pages link: the stylesheet and the icon. */
@Module({ controllers: [AssetsController] })
export class PagesHttpModule {}

export { ProblemPageFilter } from './http/problem-page.filter.js';
