import { FailureCounter } from './persistence/failure-counter.entity.js';
import { LimitWindow } from './persistence/limit-window.entity.js';

export const limitsEntities = [LimitWindow, FailureCounter];
