"""The tables of spec/wire.md, typed in by hand."""

TOP = 2**53 - 1


class Refused(Exception):
    """Carries the code of spec/wire.md, Errors."""


def refuse_if(wrong, code):
    if wrong:
        raise Refused(code)


def number(size, low=0, high=None):
    return ('number', size, low, high if high is not None else (TOP if size == 8 else 256**size - 1))


def many(item, most, follows=None, together=None):
    return ('list', item, most, follows, together)


def at_most(most, size_of):
    def together(items):
        refuse_if(sum(size_of(item) for item in items) > most, 'too-many')
    return together


U8, U16, U32, U64 = number(1), number(2), number(4), number(8)
FLAG, BITS, TEXT = ('flag',), ('bits',), ('text',)
SITE = number(1, 0, 2)
VERSION = number(2, 1)
EPOCH_OR_NONE = ('none', -1)
SEQUENCE_OR_NONE = ('none', None)
DISTANCE = ('choice', ['near', 'far'])
VOLUMES = many(number(8, 1), 1024)
RANGES = many(('struct', 'range'), 65536, lambda one, next: next['first'] > one['last'] + 1)
ENTRIES = many(('struct', 'entry'), 65536, lambda one, next: next['sequence'] > one['sequence'])
HISTORY = many(('struct', 'epoch record'), 65536, lambda one, next: next['epoch'] > one['epoch'])
RUNS = many(('struct', 'run'), 262144, lambda one, next: next['first'] >= one['first'] + one['count'])
BLOCK_RUNS = many(
    ('struct', 'block run'), 65536,
    lambda one, next: next['first'] > one['first'] + one['count'],
    at_most(65536, lambda run: run['count']),
)
SUMMED_RUNS = many(
    ('struct', 'summed run'), 262144,
    lambda one, next: next['first'] >= one['first'] + len(one['sums']),
    at_most(1048576, lambda run: len(run['sums'])),
)
BLOCKS = many(('struct', 'block'), 65536, lambda one, next: next['block'] > one['block'])
HELD = ('struct', 'holding')
SUMMARY = ('struct', 'summary')

STRUCTURES = {
    'range': [('first', number(8, 1)), ('last', U64)],
    'holding': [('contiguous', U64), ('ranges', RANGES)],
    'extent': [('volume', number(4, 0, 1023)), ('first', U64), ('count', number(4, 1))],
    'entry': [
        ('epoch', U64), ('sequence', number(8, 1)), ('extent', ('struct', 'extent')),
        ('kind', ('choice', ['data', 'zeroes', 'trim'])), ('checksum', U32), ('bytes', U32),
    ],
    'position': [('epoch', U64), ('sequence', U64)],
    'epoch record': [
        ('epoch', U64), ('primary', SITE), ('incarnations', ('three', U32)), ('syncSet', BITS),
        ('parent', ('struct', 'position')), ('how', ('choice', ['genesis', 'majority', 'forced'])),
        ('lossBeyond', SEQUENCE_OR_NONE),
    ],
    'summary': [
        ('site', SITE), ('incarnation', U32), ('boot', U32), ('distance', DISTANCE),
        ('volumes', VOLUMES), ('history', HISTORY), ('promised', U64), ('held', HELD),
        ('start', U64), ('committed', U64), ('settled', U64), ('windowEnd', U64),
        ('bases', ('three', U64)), ('noted', ('three', U64)),
        ('consistency', ('union', 'consistency')), ('repairCount', U64), ('damaged', FLAG),
    ],
    'run': [('first', U64), ('count', number(4, 1))],
    'block run': [('first', U64), ('count', number(4, 1, 65536))],
    'summed run': [('first', U64), ('sums', many(U32, 65536))],
    'block': [('block', U64), ('checksum', U32), ('bytes', number(4, 1))],
}

UNIONS = {
    'consistency': [
        ('consistent', []),
        ('staging', [('epoch', U64), ('from', SITE)]),
        ('staged', [('epoch', U64), ('through', U64)]),
        ('inconsistent', [('epoch', U64), ('from', SITE), ('shippedTo', U64)]),
    ],
}


def check_range(value):
    refuse_if(value['last'] < value['first'], 'impossible-range')


def check_holding(value):
    beyond = value['ranges']
    refuse_if(beyond and beyond[0]['first'] <= value['contiguous'] + 1, 'bad-order')


def check_end(value):
    refuse_if(value['first'] + value['count'] > TOP, 'impossible-range')


def check_sums(value):
    refuse_if(len(value['sums']) == 0, 'impossible-range')
    refuse_if(value['first'] + len(value['sums']) > TOP, 'impossible-range')


def check_entry(value):
    if value['kind'] == 'data':
        refuse_if(value['bytes'] == 0, 'payload-mismatch')
    else:
        refuse_if(value['checksum'] != 0 or value['bytes'] != 0, 'not-canonical')


STRUCTURE_CHECKS = {
    'range': check_range, 'holding': check_holding, 'extent': check_end, 'run': check_end,
    'block run': check_end, 'summed run': check_sums, 'entry': check_entry,
}


def check_hello(value):
    refuse_if(value['highest'] < value['lowest'], 'impossible-range')


MESSAGE_CHECKS = {'hello': check_hello}

NONCE = ('opaque', 32)
BLOCK_BYTES = number(4, 512, 65536)
EPOCH = ('epoch', U64)
REASONS = [
    'closing', 'version', 'arrangement', 'site', 'volumes', 'proof', 'protocol', 'silence',
    'crowded', 'session',
]

MESSAGES = {
    1: ('hello', [
        ('lowest', VERSION), ('highest', VERSION), ('lanes', number(1, 1, 16)),
        ('sessionFloor', U64), ('nonce', NONCE), ('blockBytes', BLOCK_BYTES), ('volumes', VOLUMES),
    ]),
    2: ('welcome', [
        ('version', VERSION), ('nonce', NONCE), ('blockBytes', BLOCK_BYTES), ('volumes', VOLUMES),
    ]),
    3: ('proof', [('proof', ('opaque', 32))]),
    4: ('ready', []),
    5: ('goodbye', [
        ('reason', ('choice', REASONS)), ('lowest', VERSION), ('highest', VERSION),
        ('sentence', TEXT),
    ]),
    8: ('ping', [('token', U64)]),
    9: ('pong', [('token', U64)]),
    16: ('probe', [('epoch', EPOCH_OR_NONE), ('rank', U32)]),
    17: ('probed', [('epoch', EPOCH_OR_NONE), ('yes', FLAG), ('promised', U64)]),
    18: ('propose', [EPOCH, ('rank', U32)]),
    19: ('promise', [EPOCH, ('summary', SUMMARY)]),
    20: ('refused', [EPOCH, ('promised', U64), ('newest', EPOCH_OR_NONE)]),
    21: ('record', [('summary', SUMMARY)]),
    22: ('recordStored', [EPOCH, ('summary', SUMMARY), ('digest', U32)]),
    32: ('write', [EPOCH, ('entries', ENTRIES), ('committed', U64)]),
    33: ('advance', [EPOCH, ('committed', U64)]),
    34: ('acknowledged', [EPOCH, ('held', HELD), ('start', U64), ('windowEnd', U64)]),
    35: ('notice', [EPOCH, ('about', SITE), ('held', HELD), ('start', U64)]),
    36: ('noticed', [EPOCH, ('about', SITE), ('held', HELD)]),
    37: ('ask', [EPOCH, ('token', U64)]),
    38: ('evidence', [EPOCH, ('token', U64)]),
    48: ('fetch', [EPOCH, ('ranges', RANGES)]),
    49: ('fetched', [EPOCH, ('entries', ENTRIES)]),
    50: ('gone', [EPOCH, ('ranges', RANGES)]),
    64: ('stageBegin', [EPOCH, ('compare', FLAG), ('applied', U64)]),
    65: ('stageReady', [EPOCH, ('repair', RUNS)]),
    66: ('sums', [EPOCH, ('runs', SUMMED_RUNS)]),
    67: ('sumsDiffer', [EPOCH, ('runs', RUNS)]),
    68: ('blocks', [EPOCH, ('blocks', BLOCKS), ('through', U64)]),
    69: ('blocksStored', [EPOCH]),
    70: ('stageCommit', [EPOCH, ('through', U64)]),
    71: ('stageCommitted', [EPOCH, ('summary', SUMMARY)]),
    72: ('stageRefused', [EPOCH, ('blocks', ('blockset', BLOCK_RUNS))]),
    80: ('hold', [EPOCH, ('at', U64)]),
    81: ('held', [EPOCH, ('at', U64)]),
    82: ('lend', [EPOCH, ('blocks', ('blockset', BLOCK_RUNS))]),
    83: ('lent', [EPOCH, ('blocks', BLOCKS)]),
    84: ('release', [EPOCH]),
}
