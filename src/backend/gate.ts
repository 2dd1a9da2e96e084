/** Many readers or one writer, in the order they came. */
export class Gate {
  private readers: Promise<unknown> = Promise.resolve();
  private writer: Promise<unknown> = Promise.resolve();

  shared<T>(read: () => Promise<T>): Promise<T> {
    const done = this.writer.then(read);
    this.readers = Promise.all([this.readers, ended(done)]);
    return done;
  }

  alone<T>(write: () => Promise<T>): Promise<T> {
    const done = Promise.all([this.writer, this.readers]).then(write);
    this.writer = ended(done);
    this.readers = Promise.resolve();
    return done;
  }
}

const nothing = (): void => {};

/** Not with what it gave: of reads without a change between them, all content would be kept. */
const ended = (done: Promise<unknown>): Promise<void> => done.then(nothing, nothing);
