"""A second implementation of spec/wire.md: written from that document alone, it shares no code,
no table and no language with the first one. Reads every vector, writes the valid ones back, and
says how many were not as their file says.

Use: python3 peer.py FOLDER, or python3 peer.py - with one file of vectors on standard input.
"""

import hashlib
import hmac
import json
import os
import struct
import sys
import zlib

sys.dont_write_bytecode = True
from layouts import (
    MESSAGE_CHECKS, MESSAGES, STRUCTURE_CHECKS, STRUCTURES, UNIONS, Refused, refuse_if,
)

LIMITS = {'body': 16777216, 'payload': 268435456}
GREETING = {'body': 16384, 'payload': 0}
WITH_PAYLOAD = ('write', 'fetched', 'blocks', 'lent')
TOP = 2**53 - 1
NONE = 2**64 - 1
HEADER = [
    ('magic', 4), ('version', 2), ('type', 2), ('from', 1), ('to', 1), ('lane', 1), ('reserved', 1),
    ('incarnation', 4), ('boot', 4), ('bodyBytes', 4), ('payloadBytes', 4), ('bodyChecksum', 4),
    ('arrangement', 16), ('session', 8), ('epoch', 8), ('number', 8), ('reserved2', 4),
]


class Body:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        refuse_if(len(self.data) - self.at < count, 'truncated')
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), 'big')


def least(kind):
    """Fewest bytes a value of this kind takes."""
    form = kind[0]
    if form == 'number':
        return kind[1]
    if form == 'none':
        return 8
    if form in ('flag', 'choice', 'bits', 'union'):
        return 1
    if form == 'opaque':
        return kind[1]
    if form == 'text':
        return 2
    if form in ('list', 'blockset'):
        return 4
    if form == 'three':
        return 3 * least(kind[1])
    fields = sum(least(part) for _, part in STRUCTURES[kind[1]])
    return fields + (4 if kind[1] == 'epoch record' else 0)


def read(kind, body):
    return READERS[kind[0]](kind, body)


def read_number(kind, body):
    value = body.number(kind[1])
    refuse_if(not kind[2] <= value <= kind[3], 'out-of-range')
    return value


def read_none(kind, body):
    value = body.number(8)
    if value == NONE:
        return kind[1]
    refuse_if(value > TOP, 'out-of-range')
    return value


def read_flag(_, body):
    value = body.number(1)
    refuse_if(value > 1, 'not-canonical')
    return value == 1


def read_choice(kind, body):
    value = body.number(1)
    refuse_if(not 1 <= value <= len(kind[1]), 'out-of-range')
    return kind[1][value - 1]


def read_bits(_, body):
    value = body.number(1)
    refuse_if(value > 7, 'not-canonical')
    return [site for site in range(3) if value >> site & 1]


def read_text(_, body):
    length = body.number(2)
    refuse_if(length > 512, 'too-many')
    try:
        return body.take(length).decode('utf-8')
    except UnicodeDecodeError:
        raise Refused('bad-text') from None


def read_list(kind, body):
    _, item, most, follows, together = kind
    length = body.number(4)
    refuse_if(length > most, 'too-many')
    refuse_if(length * least(item) > len(body.data) - body.at, 'truncated')
    items = []
    for _ in range(length):
        items.append(read(item, body))
        if len(items) > 1 and follows:
            refuse_if(not follows(items[-2], items[-1]), 'bad-order')
    if together:
        together(items)
    return items


def read_struct(kind, body):
    name = kind[1]
    begin = body.at
    value = {field: read(part, body) for field, part in STRUCTURES[name]}
    if name in STRUCTURE_CHECKS:
        STRUCTURE_CHECKS[name](value)
    if name == 'epoch record':
        computed = zlib.crc32(body.data[begin:body.at])
        refuse_if(body.number(4) != computed, 'bad-record-checksum')
    return value


def read_union(kind, body):
    cases = UNIONS[kind[1]]
    tag = body.number(1)
    refuse_if(not 1 <= tag <= len(cases), 'out-of-range')
    name, fields = cases[tag - 1]
    return {'kind': name, **{field: read(part, body) for field, part in fields}}


def read_blockset(kind, body):
    return [run['first'] + index for run in read(kind[1], body) for index in range(run['count'])]


READERS = {
    'number': read_number,
    'none': read_none,
    'flag': read_flag,
    'choice': read_choice,
    'bits': read_bits,
    'opaque': lambda kind, body: body.take(kind[1]).hex(),
    'text': read_text,
    'list': read_list,
    'three': lambda kind, body: [read(kind[1], body) for _ in range(3)],
    'struct': read_struct,
    'union': read_union,
    'blockset': read_blockset,
}


def write(kind, value):
    """The bytes of a value that was read, or that a vector says."""
    form = kind[0]
    if form == 'number':
        return value.to_bytes(kind[1], 'big')
    if form == 'none':
        return (NONE if value == kind[1] else value).to_bytes(8, 'big')
    if form == 'flag':
        return bytes([1 if value else 0])
    if form == 'choice':
        return bytes([kind[1].index(value) + 1])
    if form == 'bits':
        return bytes([sum(1 << site for site in value)])
    if form == 'opaque':
        return bytes.fromhex(value)
    if form == 'text':
        data = value.encode('utf-8')
        return struct.pack('>H', len(data)) + data
    if form == 'list':
        return struct.pack('>I', len(value)) + b''.join(write(kind[1], item) for item in value)
    if form == 'three':
        return b''.join(write(kind[1], item) for item in value)
    if form == 'blockset':
        return write(kind[1], runs_of(value))
    if form == 'union':
        names = [name for name, _ in UNIONS[kind[1]]]
        index = names.index(value['kind'])
        fields = UNIONS[kind[1]][index][1]
        return bytes([index + 1]) + b''.join(write(part, value[field]) for field, part in fields)
    data = b''.join(write(part, value[field]) for field, part in STRUCTURES[kind[1]])
    return data + (struct.pack('>I', zlib.crc32(data)) if kind[1] == 'epoch record' else b'')


def runs_of(blocks):
    runs = []
    for block in blocks:
        if runs and block == runs[-1]['first'] + runs[-1]['count']:
            runs[-1]['count'] += 1
        else:
            runs.append({'first': block, 'count': 1})
    return runs


def read_header(data, ceiling):
    refuse_if(len(data) < 80, 'truncated')
    refuse_if(data[:4] != b'SDFL', 'bad-magic')
    refuse_if(zlib.crc32(data[:76]) != int.from_bytes(data[76:80], 'big'), 'bad-header-checksum')
    body = Body(data)
    header = {}
    for field, size in HEADER:
        header[field] = body.take(16).hex() if size == 16 else body.number(size)
    refuse_if(header['version'] not in (0, 1), 'unknown-version')
    known = header['type'] in MESSAGES
    refuse_if(not known or (header['type'] < 8) != (header['version'] == 0), 'unknown-type')
    for field, size in HEADER:
        value = header[field]
        refuse_if(field in ('from', 'to') and value > 2, 'out-of-range')
        refuse_if(field == 'lane' and value > 15, 'out-of-range')
        refuse_if(field in ('reserved', 'reserved2') and value != 0, 'not-canonical')
        if field == 'epoch' and value == NONE:
            header['epoch'] = -1
        else:
            refuse_if(size == 8 and value > TOP, 'out-of-range')
    refuse_if(header['bodyBytes'] > ceiling['body'], 'too-large')
    name = MESSAGES[header['type']][0]
    payload_most = ceiling['payload'] if name in WITH_PAYLOAD else 0
    refuse_if(header['payloadBytes'] > payload_most, 'too-large')
    return header


def read_frame(data, ceiling):
    header = read_header(data, ceiling)
    end = 80 + header['bodyBytes']
    whole = end + header['payloadBytes']
    refuse_if(len(data) < whole, 'truncated')
    refuse_if(len(data) > whole, 'trailing-bytes')
    refuse_if(zlib.crc32(data[80:end]) != header['bodyChecksum'], 'bad-body-checksum')
    name, fields = MESSAGES[header['type']]
    body = Body(data[80:end])
    values = {field: read(part, body) for field, part in fields}
    if name in MESSAGE_CHECKS:
        MESSAGE_CHECKS[name](values)
    refuse_if(body.at < len(body.data), 'trailing-bytes')
    check_payload(values, data[end:], name)
    return header, values, data[end:]


def check_payload(values, payload, name):
    parts = values['blocks' if name in ('blocks', 'lent') else 'entries'] if name in WITH_PAYLOAD else []
    refuse_if(sum(part['bytes'] for part in parts) != len(payload), 'payload-mismatch')
    at = 0
    for part in parts:
        contents = payload[at:at + part['bytes']]
        at += part['bytes']
        refuse_if(zlib.crc32(contents) != part['checksum'], 'bad-payload-checksum')


def write_frame(header, values, payload):
    _, fields = MESSAGES[header['type']]
    body = b''.join(write(part, values[field]) for field, part in fields)
    told = {
        **header, 'magic': 0x5344464C, 'reserved': 0, 'reserved2': 0, 'bodyBytes': len(body),
        'payloadBytes': len(payload), 'bodyChecksum': zlib.crc32(body),
        'epoch': NONE if header['epoch'] == -1 else header['epoch'],
    }
    data = b''
    for field, size in HEADER:
        data += bytes.fromhex(told[field]) if size == 16 else told[field].to_bytes(size, 'big')
    return data + struct.pack('>I', zlib.crc32(data)) + body + payload


def wrong_with_valid(vector, ceiling):
    data = bytes.fromhex(vector['hex'])
    try:
        header, values, payload = read_frame(data, ceiling)
    except Refused as refused:
        return f'refused with {refused}'
    shown = {k: v for k, v in header.items() if k not in ('magic', 'reserved', 'reserved2')}
    if shown != vector['header'] or values != vector['body'] or payload.hex() != vector['payload']:
        return f'read as {shown} {values}'
    back = write_frame(vector['header'], vector['body'], bytes.fromhex(vector['payload']))
    return None if back == data else f'written as {back.hex()}'


def wrong_with_invalid(vector, ceiling):
    try:
        read_frame(bytes.fromhex(vector['hex']), ceiling)
    except Refused as refused:
        found = str(refused)
        return None if found == vector['error'] else f'{found}, expected {vector["error"]}'
    return f'accepted, expected {vector["error"]}'


def wrong_with_proof(vector):
    key, hello, welcome = (bytes.fromhex(vector[name]) for name in ('key', 'hello', 'welcome'))
    for end in ('caller', 'responder'):
        said = b'sidefile ' + end.encode('ascii') + b'\0' + hello + welcome
        if hmac.new(key, said, hashlib.sha256).hexdigest() != vector[end]:
            return f'another proof of the {end}'
    return None


def check(content):
    ceiling = GREETING if content.get('ceiling') == 'greeting' else LIMITS
    for vector in content.get('valid', []):
        yield vector['name'], wrong_with_valid(vector, ceiling)
    for vector in content.get('invalid', []):
        yield vector['name'], wrong_with_invalid(vector, ceiling)
    for vector in content.get('proofs', []):
        yield vector['name'], wrong_with_proof(vector)


def contents(source):
    if source == '-':
        yield json.load(sys.stdin)
        return
    for file in sorted(os.listdir(source)):
        with open(os.path.join(source, file), encoding='utf-8') as opened:
            yield json.load(opened)


def main():
    results = [result for content in contents(sys.argv[1]) for result in check(content)]
    wrong = [(name, what) for name, what in results if what is not None]
    for name, what in wrong:
        print(f'{name}: {what}')
    print(f'{len(results)} vectors, {len(wrong)} wrong')


main()
