import type { Command } from '../../models/event.ts';
import { HostError } from './host-error.ts';
import { shown } from './shown.ts';

/** All that an operator may say, by name. */
export const commands: Readonly<Record<Command['name'], true>> = {
  takeOver: true,
  consent: true,
  force: true,
  switchover: true,
  admit: true,
  suspend: true,
  resume: true,
  discard: true,
  export: true,
  verify: true,
};

/** It is carried out later than it is looked at: the caller may have changed his by then. */
export function ownCommand(command: Command): Command {
  let own: Command;
  try {
    own = structuredClone(command);
  } catch {
    throw new HostError('refused', `${shown(command)}: a command is an object of plain data`);
  }
  const { name } = (own ?? {}) as { readonly name?: unknown };
  if (typeof name === 'string' && Object.hasOwn(commands, name)) return own;
  const known = Object.keys(commands).join(', ');
  throw new HostError('refused', `${shown(command)} is no command: its name is one of ${known}`);
}
