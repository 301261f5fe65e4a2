/** Set by jest.config.mjs: where the project under test keeps its queue. */
declare const queueBackend: 'postgres' | 'redis';
/** Which of the shares test/journeys.ts runs. */
declare const journeyShare: number;
declare const journeyShares: number;
/** A pattern of the journeys that no share runs. */
declare const journeysLeftOut: string;
