/** Many readers or one writer, in the order they came. */
export class Gate {
  private readers: Promise<unknown> = Promise.resolve();
  private writer: Promise<unknown> = Promise.resolve();

  shared<T>(read: () => Promise<T>): Promise<T> {
    const done = this.writer.then(read);
    this.readers = Promise.all([this.readers, done.catch(() => {})]);
    return done;
  }

  alone<T>(write: () => Promise<T>): Promise<T> {
    const done = Promise.all([this.writer, this.readers]).then(write);
    this.writer = done.catch(() => {});
    this.readers = Promise.resolve();
    return done;
  }
}
