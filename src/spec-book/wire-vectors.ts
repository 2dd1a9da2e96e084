import { decodeFrame, encodeFrame, encodeGreeting } from '../transport/frame.ts';
import type { Frame } from '../transport/port.ts';
import { proofOf } from '../transport/proof.ts';
import { attach } from '../transport/wire/attach.ts';
import type { Greeting } from '../transport/wire/greeting.ts';
import { type AnyType, type Envelope, type Header, layoutOf } from '../transport/wire/header.ts';
import type { Result } from '../transport/wire/wire-error.ts';
import {
  type Break,
  bodyBreaks,
  everyBreak,
  frameBreaks,
  inHeader,
  payloadBreak,
} from './wire-broken.ts';
import { breaksOf } from './wire-broken-bodies.ts';
import { greetingSamples, messageSamples, type Sample, sampleEnvelope } from './wire-samples.ts';

export interface ValidVector {
  readonly name: string;
  readonly hex: string;
  readonly header: object;
  readonly body: object;
  readonly payload: string;
}

export interface InvalidVector {
  readonly name: string;
  readonly hex: string;
  readonly error: string;
}

/** Every file of `spec/vectors/`, by name. */
export function renderVectors(): readonly (readonly [file: string, text: string])[] {
  const samples = [...greetingSamples, ...messageSamples];
  const types = [...new Set(samples.map(typeOf))];
  return [
    ...types.map((type) => {
      const own = samples.filter((sample) => typeOf(sample) === type);
      return vectorFile(type, { message: type, code: layoutOf(type).code }, own, breaksFor(type));
    }),
    vectorFile('frame', {}, samples.filter(isOf('advance')), frameBreaks),
    vectorFile('strangers', { ceiling: 'greeting' }, samples.filter(isOf('hello')), [
      inHeader('a body of 16 KiB and a byte', 'too-large', 20, '00004001'),
    ]),
    ['proofs.json', `${JSON.stringify({ format: 1, proofs: proofs() }, null, 1)}\n`],
  ];
}

function vectorFile(
  file: string,
  head: object,
  samples: readonly Sample[],
  breaks: readonly Break[],
): readonly [string, string] {
  const first = Buffer.from(bytesOf(samples[0]!.content));
  const invalid = breaks.map(({ name, error, apply }) => ({
    name,
    hex: apply(first).toString('hex'),
    error,
  }));
  const content = { format: 1, ...head, valid: samples.map(validVector), invalid };
  return [`${file}.json`, `${JSON.stringify(content, null, 1)}\n`];
}

function breaksFor(type: AnyType): readonly Break[] {
  const [trailing, payload] = everyBreak as [Break, Break];
  const hasPayload = ['write', 'fetched', 'blocks', 'lent'].includes(type);
  return [
    trailing,
    hasPayload ? payload : payloadBreak,
    ...(layoutOf(type).body.least > 0 ? bodyBreaks : []),
    ...(breaksOf[type] ?? []),
  ];
}

function validVector({ name, content }: Sample): ValidVector {
  const bytes = bytesOf(content);
  const { header } = expectOk(decodeFrame(bytes));
  const greeting = 'type' in content;
  const { type: _, ...body } = (greeting ? content : attach(content).body) as { type: string };
  const payload = greeting ? [] : content.payloads;
  return {
    name,
    hex: bytes.toString('hex'),
    header: shown(header),
    body,
    payload: Buffer.concat(payload).toString('hex'),
  };
}

function shown({ magic: _, reserved: _0, reserved2: _1, ...header }: Header): object {
  return header;
}

/** One connection's proofs: a caller's, and that of the site it called. */
function proofs(): readonly object[] {
  const [hello, welcome] = greetingSamples as [Sample, Sample];
  const key = Buffer.from('a key of 16 bytes or more', 'utf8');
  const asked = bytesOf(hello.content, { ...sampleEnvelope, session: 0, number: 0, epoch: -1 });
  const told = bytesOf(welcome.content, { ...sampleEnvelope, from: 1, to: 0, number: 0 });
  return [
    {
      name: 'two lanes, one shared key',
      key: key.toString('hex'),
      hello: asked.toString('hex'),
      welcome: told.toString('hex'),
      caller: proofOf(key, 'caller', asked, told),
      responder: proofOf(key, 'responder', asked, told),
    },
  ];
}

function bytesOf(content: Frame | Greeting, envelope: Envelope = ownEnvelope(content)): Buffer {
  if ('type' in content) return Buffer.from(expectOk(encodeGreeting(envelope, content)));
  return Buffer.concat(expectOk(encodeFrame(envelope, content)));
}

const ownEnvelope = (content: Frame | Greeting): Envelope =>
  'type' in content && content.type === 'hello'
    ? { ...sampleEnvelope, session: 0, number: 0, epoch: -1 }
    : sampleEnvelope;

const typeOf = ({ content }: Sample): AnyType =>
  'type' in content ? content.type : content.message.type;

const isOf = (type: AnyType) => (sample: Sample) => typeOf(sample) === type;

function expectOk<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw result.error;
}
