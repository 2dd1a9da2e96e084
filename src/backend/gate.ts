/** Many readers or one writer, in the order they came. */
export class Gate {
  private readers: Promise<void> = Promise.resolve();
  private writer: Promise<void> = Promise.resolve();

  shared<T>(read: () => Promise<T>): Promise<T> {
    const done = this.writer.then(read);
    this.readers = ended(this.readers, done);
    return done;
  }

  alone<T>(write: () => Promise<T>): Promise<T> {
    const done = ended(this.writer, this.readers).then(write);
    this.writer = ended(done);
    this.readers = Promise.resolve();
    return done;
  }
}

/** Not with what they gave: of reads without a change between them, all content would be kept. */
const ended = (...all: readonly Promise<unknown>[]): Promise<void> =>
  Promise.allSettled(all).then(() => {});
