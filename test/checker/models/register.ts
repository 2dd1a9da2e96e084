import { always, type Component, type Composition, sometimes } from '../../../models/model.ts';

/**
 * The register of Attiya, Bar-Noy and Dolev with one writer: it stores at a majority; a reader asks a majority, writes back the
 * newest it heard to a majority, and answers. `forgetful` readers leave the writing back out: the register is regular then, no
 * longer atomic.
 */
export interface RegisterBounds {
  readonly servers: number;
  readonly writes: number;
  readonly readers: number;
  readonly forgetful: boolean;
}

/** What a client is at; `heard` are servers, `newest` the largest version among their answers. */
interface Client {
  readonly phase: 'idle' | 'asking' | 'storing' | 'done';
  readonly heard: readonly number[];
  readonly newest: number;
}

type Said =
  | { readonly type: 'begin' }
  | { readonly type: 'store' | 'ask'; readonly from: string; readonly version: number }
  | { readonly type: 'stored' | 'answer'; readonly by: number; readonly version: number };

const idle: Client = { phase: 'idle', heard: [], newest: 0 };

export function register(bounds: RegisterBounds): Composition {
  const { readers, servers } = bounds;
  const serverNames = Array.from({ length: servers }, (_, at) => `server ${at}`);
  const readerNames = Array.from({ length: readers }, (_, at) => `reader ${at}`);
  const clients = ['writer', ...readerNames];
  const links = clients.flatMap((client) =>
    serverNames.flatMap((server) => [
      [`${client} to ${server}`, { order: 'unordered', to: server } as const],
      [`${server} to ${client}`, { order: 'unordered', to: client } as const],
    ]),
  );
  return {
    name: `register, ${JSON.stringify(bounds)}`,
    components: {
      writer: writer(bounds, serverNames),
      ...Object.fromEntries(readerNames.map((name) => [name, reader(bounds, name, serverNames)])),
      ...Object.fromEntries(serverNames.map((name, at) => [name, server(name, at)])),
      judge: judge(),
    },
    channels: Object.fromEntries(links),
    properties: [
      always(
        'ABD-1',
        'no read returns what is older than a read or write that ended before it began',
        ['judge'],
        ({ broken }: Judged) => !broken,
      ),
      sometimes('ABD-2', 'everybody is done', clients, (...all: Client[]) =>
        all.every(({ phase }) => phase === 'done'),
      ),
    ],
  };
}

/** What is known of the operations that ended, and what each read that is under way must not be older than. */
interface Judged {
  readonly ended: number;
  readonly floors: Readonly<Record<string, number>>;
  readonly broken: boolean;
}

type Operation = {
  readonly type: 'began' | 'ended';
  readonly by: string;
  readonly version: number;
};

/** Atomic with one writer: versions that operations return never go back from one that ended to one that begins later. */
function judge(): Component<Judged, Operation> {
  return {
    initial: { ended: 0, floors: {}, broken: false },
    step(state, { by, type, version }) {
      const { broken, ended, floors } = state;
      if (type === 'began') return { state: { broken, ended, floors: { ...floors, [by]: ended } } };
      const { [by]: floor = 0, ...others } = floors;
      const isOld = by !== 'writer' && version < floor;
      return {
        state: { broken: broken || isOld, ended: Math.max(ended, version), floors: others },
      };
    },
  };
}

const tell = (names: readonly string[], from: string, type: 'ask' | 'store', version: number) =>
  names.map((name) => ({ to: `${from} to ${name}`, event: { type, from, version } }));

const note = (type: Operation['type'], by: string, version: number) => ({
  to: 'judge',
  event: { type, by, version },
});

/** With one more answer. */
const joined = (heard: readonly number[], by: number): readonly number[] =>
  [...new Set([...heard, by])].sort((a, b) => a - b);

function writer(
  { servers, writes }: RegisterBounds,
  names: readonly string[],
): Component<Client, Said> {
  return {
    initial: idle,
    step(state, said) {
      if (said.type === 'begin') {
        const version = state.newest + 1;
        return {
          state: { phase: 'storing', heard: [], newest: version },
          outputs: [note('began', 'writer', 0), ...tell(names, 'writer', 'store', version)],
        };
      }
      if (said.type !== 'stored' || state.phase !== 'storing' || said.version !== state.newest) {
        return { state };
      }
      const heard = joined(state.heard, said.by);
      if (heard.length * 2 <= servers) return { state: { ...state, heard } };
      const phase = state.newest === writes ? 'done' : 'idle';
      return {
        state: { phase, heard: [], newest: state.newest },
        outputs: [note('ended', 'writer', state.newest)],
      };
    },
    moves: ({ phase }) => (phase === 'idle' ? [{ name: 'write', event: { type: 'begin' } }] : []),
  };
}

function reader(
  { forgetful, servers }: RegisterBounds,
  me: string,
  names: readonly string[],
): Component<Client, Said> {
  const done = (version: number) => ({
    state: { phase: 'done', heard: [], newest: version } as Client,
    outputs: [note('ended', me, version)],
  });
  return {
    initial: idle,
    step(state, said) {
      if (said.type === 'begin') {
        return {
          state: { phase: 'asking', heard: [], newest: 0 },
          outputs: [note('began', me, 0), ...tell(names, me, 'ask', 0)],
        };
      }
      const wanted = { asking: 'answer', storing: 'stored', idle: '', done: '' }[state.phase];
      if (said.type !== wanted || !('by' in said)) return { state };
      const heard = joined(state.heard, said.by);
      const newest = Math.max(state.newest, said.version);
      if (heard.length * 2 <= servers) return { state: { ...state, heard, newest } };
      if (state.phase === 'storing' || forgetful) return done(newest);
      return {
        state: { phase: 'storing', heard: [], newest },
        outputs: tell(names, me, 'store', newest),
      };
    },
    moves: ({ phase }) => (phase === 'idle' ? [{ name: 'read', event: { type: 'begin' } }] : []),
  };
}

function server(me: string, index: number): Component<number, Said> {
  return {
    initial: 0,
    step(version, said) {
      if (!('from' in said)) return { state: version };
      const newest = said.type === 'store' ? Math.max(version, said.version) : version;
      const type = said.type === 'store' ? 'stored' : 'answer';
      const told = said.type === 'store' ? said.version : newest;
      return {
        state: newest,
        outputs: [{ to: `${me} to ${said.from}`, event: { type, by: index, version: told } }],
      };
    },
  };
}
