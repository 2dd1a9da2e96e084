import { BackendError } from './port.ts';

/** Why a backend takes no more changes; the first reason stays, but for closing. */
export class Lifetime {
  private ended: BackendError | null = null;
  private closing: BackendError | null = null;

  /** True once nothing more may enter; what entered before may still end. */
  get refuses(): boolean {
    return this.ended !== null || this.closing !== null;
  }

  get stopped(): boolean {
    return this.ended !== null;
  }

  stop(cause: BackendError): void {
    this.ended ??= cause;
  }

  beginClosing(path: string): void {
    this.closing = new BackendError('closed', `${path} was closed`);
  }

  close(): void {
    this.ended = this.closing;
  }

  get closed(): boolean {
    return this.ended?.code === 'closed';
  }

  refuseClosed(): void {
    if (this.ended && this.closed) throw this.ended;
  }

  /** For every change after the one that failed. */
  refusal(): BackendError {
    if (this.closing) return this.closing;
    const cause = this.ended!;
    return new BackendError('stopped', `stopped before: ${cause.message}`, { cause });
  }
}
