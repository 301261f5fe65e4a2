import { createHash } from 'node:crypto';
import { open, type FileHandle, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomToken } from '@app/crypto';
import { fileChanged } from './import.errors.js';

/** What an import reads, twice: once for its SHA-256, by which a run is known, then line by line. */
export class ImportSource {
  private constructor(
    private readonly handle: FileHandle,
    readonly sha256: Buffer,
  ) {}

  /** @throws the system's error where the file cannot be read. */
  static async ofFile(path: string): Promise<ImportSource> {
    const handle = await open(path, 'r');
    try {
      const hash = createHash('sha256');
      for await (const chunk of chunksOf(handle)) hash.update(chunk);
      return new ImportSource(handle, hash.digest());
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** A stream is kept on disk meanwhile, in a file that only this process can open: it has no name any more. */
  static async ofStream(stream: AsyncIterable<Buffer>): Promise<ImportSource> {
    const path = join(tmpdir(), `gatehouse-import-${randomToken()}`);
    const handle = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
      const hash = createHash('sha256');
      for await (const chunk of stream) {
        hash.update(chunk);
        await handle.write(chunk);
      }
      return new ImportSource(handle, hash.digest());
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** All of it from the start. @throws AppError conflict `import.file_changed` at its end */
  async *read(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(this.handle)) {
      hash.update(chunk);
      yield chunk;
    }
    if (!hash.digest().equals(this.sha256)) throw fileChanged();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

const chunksOf = (handle: FileHandle): AsyncIterable<Buffer> =>
  handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 });
