/** A promise that a run broke. */
export class BrokenPromise extends Error {}
