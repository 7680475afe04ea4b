declare module 's3rver' {
  import type { RequestListener } from 'node:http';

  /** What the tests use of an S3 server that keeps its objects in a folder. */
  export default class S3rver {
    constructor(options: {
      readonly directory: string;
      readonly silent: boolean;
      readonly vhostBuckets: boolean;
      readonly configureBuckets: ReadonlyArray<{ readonly name: string; readonly configs: readonly string[] }>;
    });
    configureBuckets(): Promise<unknown>;
    callback(): RequestListener;
    close(): Promise<void>;
  }
}
