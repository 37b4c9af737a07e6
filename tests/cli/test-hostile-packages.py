#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reader rule of package-format 2.2, broken one by one: each container gets its exit code and its sentence, and
nothing of it is unpacked. Beside them stand containers that look strange and are right."""
import hashlib
import json
import os
import shutil
import struct
import zlib

from hostile_zip import BAGIT, COMMENT, DIGESTS, LARGE, Box, Maker, Signer, deflate, extra, manifest, reference, rsa_signer
from story import CLI, check, finish, folder, make_key, openssl, run

LAW, FORM, JSON = 'data/attachments/law.pdf', 'data/forms/r\u00e9ponse.xml', 'data/package.json'
XML, P7S = 'META-INF/ASiCManifest001.xml', 'META-INF/signature001.p7s'
NO_END = 'no zip container, or not one that ends where it should'
NO_DIRECTORY = 'the directory does not end where the end record begins'
PARTS, LARGE_END = 'a container in several parts', 'a 64-bit end record that is not in order'
NOT_ORDERED, GAP, OVERLAP = 'the directory is not in order', 'a gap between two entries', 'two entries that overlap'
HEADER = 'an entry whose header differs from the directory'
SIZES64, EXTRA = '64-bit sizes that are not in order', 'an extra field outside the profile'
NO_FILE, NAME, TWICE = 'an entry that is no ordinary file', 'a name outside the profile', 'two entries of one name'
SPECIAL, METHOD = 'an encrypted or otherwise special entry', 'a compression outside the profile'
STRANGER, UTF8 = 'an entry that does not belong there', 'a manifest that is not plain UTF-8'
DIGEST, NO_XML = 'a manifest with a digest that is not in order', 'a manifest that is not XML'
PROFILE, PATH = 'a manifest with a reference outside the profile', 'a manifest with a reference that is more than a path'
ONE_REFERENCE = 'a manifest without one reference to its signature'
BAG = 'manifest-sha256.txt is not in order'
CADES = 'a signed attribute of CAdES is missing or double'
FALSE_SIGNATURE = 'the signature does not hold'


def law(change):
    """A case that changes the entry of the law, a stored one."""
    def bend(maker):
        box = maker.good()
        change(box.find(LAW))
        return box
    return bend


def box(change):
    def bend(maker):
        made = maker.good()
        change(made)
        return made
    return bend


def assign(**fields):
    return law(lambda item: item.__dict__.update(fields))


def whole(**fields):
    return box(lambda made: made.__dict__.update(fields))


def both(**fields):
    return law(lambda item: item.both(**fields))


def local(**fields):
    return law(lambda item: item.local.update(fields))


def named(name, data=b'x'):
    return box(lambda made: made.add(name, data))


def modes(mode, **fields):
    return box(lambda made: [item.__dict__.update(mode=mode, **fields) for item in made.items])


def ends_rows():
    """Rule 1: one end record, at the very end, and the directory before it."""
    return [
        ('as it is', 0, 'valid', box(lambda made: None)),
        ('no comment', 0, 'valid', whole(comment=b'')),
        ('another comment', 3, NO_END, whole(comment=b'hello')),
        ('a comment with more behind it', 3, NO_END, whole(comment=COMMENT + b'x')),
        ('an end record in the comment', 3, NO_DIRECTORY, whole(comment=b'PK\5\6' + bytes(18))),
        ('octets behind the end', 3, NO_END, whole(suffix=b'x')),
        ('a second end record', 3, NO_DIRECTORY, whole(suffix=b'PK\5\6' + bytes(18))),
        ('a second end record that counts', 3, NO_DIRECTORY, whole(
            comment=b'', suffix=b'PK\5\6' + bytes(4) + b'\1\0\1\0' + b'\x2e\0\0\0' + bytes(6))),
        ('another container behind it', 3, NO_DIRECTORY, box(lambda made: setattr(made, 'suffix', made.pack()))),
        ('nothing', 3, 'not a zip container', whole(cut=0)),
        ('21 octets', 3, 'not a zip container', whole(cut=21)),
        ('the last octet missing', 3, NO_END, whole(cut=-1)),
        ('half of it', 3, NO_END, whole(cut=2000)),
        ('an end and nothing else', 3, 'mimetype is not the first entry', lambda maker: Box([])),
        ('another disk', 3, PARTS, whole(end={'disk': 1})),
        ('the directory on another disk', 3, PARTS, whole(end={'directory_disk': 1})),
        ('fewer entries on this disk', 3, PARTS, whole(end={'here': 5})),
        ('one entry more counted', 3, NOT_ORDERED, whole(end={'here': 11, 'count': 11})),
        ('one entry less counted', 3, 'bytes in the directory beside its entries', whole(end={'here': 9, 'count': 9})),
        ('a directory said to be longer', 3, NO_DIRECTORY, whole(end={'length': 5000})),
        ('a directory elsewhere', 3, NO_DIRECTORY, whole(end={'offset': 0})),
        ('a directory at the end of the world', 3, NO_DIRECTORY, whole(end={'offset': LARGE - 1})),
        ('octets behind the directory', 3, NO_DIRECTORY, whole(after_directory=b'hidden')),
        ('octets before the directory', 3, GAP, whole(before_directory=b'hidden')),
        ('octets before it all', 3, NO_DIRECTORY, whole(prefix=b'#!/bin/sh\n')),
        ('octets before it all, counted', 3, 'bytes before the first entry', whole(prefix=b'#!/bin/sh\n', counted=True)),
        ('another container before it, counted', 3, 'bytes before the first entry',
         box(lambda made: made.__dict__.update(prefix=made.pack(), counted=True))),
        ('a 64-bit locator for nothing', 3, 'a 64-bit end record for nothing', whole(large=True)),
        ('a 64-bit end record', 0, 'valid', whole(large=True, end={'here': 0xffff, 'count': 0xffff})),
        ('a 64-bit end record that says another length', 3, 'two end records that differ',
         whole(large=True, large_end={'length': 9}, end={'here': 0xffff, 'count': 0xffff})),
        ('a 64-bit end record with a tail', 3, LARGE_END,
         whole(large=True, large_end={'size': 45}, end={'here': 0xffff, 'count': 0xffff})),
        ('a 64-bit end record on another disk', 3, LARGE_END,
         whole(large=True, large_end={'disk': 1}, end={'offset': LARGE})),
        ('a 64-bit end record that counts twice', 3, LARGE_END,
         whole(large=True, large_end={'here': 1}, end={'offset': LARGE})),
        ('a locator that points elsewhere', 3, LARGE_END, whole(large=True, locator={'offset': 0}, end={'offset': LARGE})),
        ('a locator of two disks', 3, LARGE_END, whole(large=True, locator={'disks': 2}, end={'offset': LARGE})),
        ('64-bit numbers and no record', 3, LARGE_END, whole(end={'offset': LARGE})),
        ('a million million entries', 4, 'more than 1000 entries',
         whole(large=True, large_end={'here': 10**12, 'count': 10**12}, end={'here': 0xffff, 'count': 0xffff})),
        ('a directory of 9 MiB', 4, 'too large a directory', whole(end={'length': 9 << 20})),
    ]


def directory_rows():
    """What the directory says of each entry."""
    large = extra(1, (17).to_bytes(8, 'little') * 2)
    return [
        ('a row of the directory without its mark', 3, NOT_ORDERED, assign(central_mark=b'PK\1\3')),
        ('a comment of an entry', 3, 'an entry with a comment or elsewhere', assign(comment=b'hidden')),
        ('an entry on another disk', 3, 'an entry with a comment or elsewhere', assign(disk=1)),
        ('an entry without a name', 3, 'an entry without a proper name', named('')),
        ('a name of 513 octets', 3, 'an entry without a proper name', named('data/' + 'a/' * 254)),
        ('a NUL in a name', 3, 'an entry without a proper name', named('data/law\0.pdf')),
        ('a version from the future', 3, 'a kind of zip outside the profile', both(version=51)),
        ('an extra field cut short', 3, 'an extra field that is not in order',
         assign(central_extra=b'UT\6\0\1', local_extra=b'UT\6\0\1')),
        ('an extra field that is no field', 3, 'an extra field that is not in order', assign(central_extra=b'xx')),
        ('an extra field with the time', 0, 'valid',
         assign(central_extra=extra(0x5455, bytes(5)), local_extra=extra(0x5455, bytes(5)))),
        *[(f'an extra field with {what}', 3, EXTRA, assign(central_extra=extra(number, bytes(9)))) for what, number in [
            ('another name', 0x7075), ('another comment', 0x6375), ('encryption', 0x9901), ('strong encryption', 0x0017),
            ('certificates', 0x0014), ('a signature of the entry', 0x0015), ('a signature of the directory', 0x0016)]],
        ('another name in the header alone', 3, EXTRA, assign(local_extra=extra(0x7075, bytes(9)))),
        ('an extra field of 2 KiB', 3, EXTRA, assign(central_extra=extra(0x5455, bytes(2000)))),
        ('a header with 2 KiB of extra field', 3, HEADER, assign(local_extra=extra(0x5455, bytes(2000)))),
        ('64-bit sizes for nothing', 3, SIZES64, assign(central_extra=extra(1, bytes(8)))),
        ('64-bit sizes', 0, 'valid', law(lambda item: item.both(packed=LARGE, size=LARGE).__dict__.update(
            local_extra=large, central_extra=large))),
        ('64-bit sizes too short', 3, SIZES64, law(lambda item: item.both(packed=LARGE, size=LARGE).__dict__.update(
            local_extra=large, central_extra=extra(1, bytes(8))))),
        ('64-bit sizes twice', 3, EXTRA, law(lambda item: item.both(packed=LARGE, size=LARGE).__dict__.update(
            local_extra=large, central_extra=large * 2))),
        ('64-bit sizes that differ', 3, HEADER, law(lambda item: item.both(packed=LARGE, size=LARGE).__dict__.update(
            central_extra=large, local_extra=extra(1, (17).to_bytes(8, 'little') + (16).to_bytes(8, 'little'))))),
    ]


def layout_rows():
    """Rule 2: back to back, and what is said twice is said alike."""
    inner = Box([('data/inner', b'x')])
    inner.pack()
    return [
        ('a gap', 3, GAP, assign(before=b'\0')),
        ('a hidden entry', 3, GAP, box(lambda made: setattr(made.add('data/x', at=3), 'hidden', True))),
        ('a hidden entry first', 3, 'bytes before the first entry',
         box(lambda made: setattr(made.add('data/x', at=0), 'hidden', True))),
        ('a hidden entry last', 3, GAP, box(lambda made: setattr(made.add('data/x'), 'hidden', True))),
        ('two names for one entry', 3, OVERLAP, box(lambda made: setattr(made.add('data/again'), 'shares', LAW))),
        ('an entry inside another', 3, OVERLAP, box(lambda made: [
            made.put(LAW, b'%PDF' + inner.items[0].header() + b'x'),
            made.add('data/inner').__dict__.update(shares=LAW, central={
                'offset': len(made.pack()) - 1 - 0})])),
        ('an entry that runs into the next', 3, OVERLAP, both(packed=5000, size=5000)),
        ('an entry behind the directory', 3, GAP, law(lambda item: item.central.update(offset=1 << 20))),
        ('an entry without its mark', 3, 'an entry that is not where it should be', assign(local_mark=b'PK\3\5')),
        ('another name in the header', 3, HEADER, assign(local_name=b'data/attachments/low.pdf')),
        ('a longer name in the header', 3, HEADER, assign(local_name=b'data/attachments/law.pdf2')),
        *[(f'another {word} in the header', 3, HEADER, local(**{field: value})) for word, field, value in [
            ('method', 'method', 8), ('flag', 'flags', 0x800), ('time', 'time', 1), ('date', 'date', 0x5d75),
            ('checksum', 'crc', 1), ('packed size', 'packed', 16), ('size', 'size', 18), ('version', 'version', 10)]],
        ('nothing in the header, and no descriptor', 3, HEADER, local(crc=0, packed=0, size=0)),
        ('a descriptor behind a stored entry', 3, 'a descriptor behind a stored entry', law(lambda item: (
            item.described(16), item.__dict__.update(method=0, packed=item.data)))),
        *[(f'a descriptor of {length} octets', 0, 'valid', law(lambda item, length=length: item.described(length)))
          for length in (12, 16, 20, 24)],
        *[(f'a descriptor with another {field}', 3, 'a descriptor that differs from the directory',
           law(lambda item, field=field: item.described(16, **{field: 1}))) for field in ('crc', 'packed', 'size')],
        ('a descriptor with another mark', 3, 'a descriptor that is not in order',
         law(lambda item: item.described(16, b'PK\7\7'))),
        ('a descriptor that is missing', 3, GAP, law(lambda item: item.described(16).__dict__.update(behind=b''))),
        ('a descriptor of 13 octets', 3, GAP,
         law(lambda item: (item.described(12), item.__dict__.update(behind=item.behind + b'\0')))),
        ('a descriptor and another size in the header', 3, HEADER, law(lambda item: item.described(16).local.update(size=1))),
        ('the directory backwards', 3, 'a directory in another order than the file', whole(reversed=True)),
    ]


def kind_rows():
    """Rule 3: methods, flags, kinds of file."""
    return [
        ('deflated', 0, 'valid', law(lambda item: item.deflated())),
        ('all deflated', 0, 'valid', box(lambda made: [item.deflated() for item in made.items[1:]])),
        *[(f'compression {number}', 3, METHOD, assign(method=number)) for number in (1, 6, 9, 12, 14, 93, 95, 99)],
        *[(f'flag {bit}', 3, SPECIAL, assign(flags=1 << bit)) for bit in (0, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15)],
        ('flags of the level', 0, 'valid', law(lambda item: item.deflated().__dict__.update(flags=6))),
        ('a stored entry with two sizes', 3, 'a stored entry with two sizes', both(size=16)),
        *[(f'a {what}', 3, NO_FILE, assign(mode=mode)) for what, mode in [
            ('symbolic link', 0o120777), ('folder', 0o040755), ('character device', 0o020666),
            ('block device', 0o060666), ('pipe', 0o010666), ('socket', 0o140777), ('setuid file', 0o104755),
            ('setgid file', 0o102755), ('sticky file', 0o101644)]],
        ('a folder of DOS', 3, NO_FILE, assign(mode=0, made_by=20, dos=0x10)),
        ('a volume label', 3, NO_FILE, assign(mode=0, made_by=20, dos=0x08)),
        ('from DOS', 0, 'valid', modes(0, made_by=20, dos=0x20)),
        ('no mode at all', 0, 'valid', modes(0)),
        ('executable', 0, 'valid', modes(0o100755)),
    ]


def long_name(length):
    start = 'data/' + 'b' * 200 + '/' + 'b' * 200 + '/'
    return start + 'c' * (length - len(start))


def packed_tight(maker, more):
    """An entry of 100 times what it is packed in, and so many octets more."""
    noise = b''.join(hashlib.sha256(bytes([n & 255, n >> 8])).digest() for n in range(640))
    for length in range(18000, 20480):
        size = 2_000_000
        for _ in range(4):
            data = noise[:length] + bytes(size - length)
            packed = len(deflate(data))
            if packed * 100 == size and len(deflate(data + bytes(more))) == packed:
                made = maker.with_payload(**{'data/tight': data + bytes(more)})
                made.find('data/tight').deflated()
                return made
            size = packed * 100
    raise RuntimeError('no such entry')


def name_rows():
    """Rule 3: names and limits."""
    names = {
        'up': 'data/../../x', 'up at the end': 'data/..', 'here': 'data/./x', 'absolute': '/data/x', 'a drive': 'C:/x',
        'backslashes': 'data\\x', 'nothing between': 'data//x', 'a folder': 'data/x/', 'a last dot': 'data/x.',
        'a last space': 'data/x ', 'a space before a slash': 'data/x /y', 'a device': 'data/CON',
        'a device with an ending': 'data/nul.txt', 'a device with a number': 'data/COM1.pdf',
        'a device with a high number': 'data/lpt\u00b9', 'a device and a space': 'data/aux .txt', 'a star': 'data/a*',
        'a question mark': 'data/a?', 'a quote': 'data/a"', 'less': 'data/a<', 'more': 'data/a>', 'a bar': 'data/a|',
        'per cent': 'data/%41', 'a stream': 'data/x:y', 'a newline': 'data/x\ny', 'an escape': 'data/x\x1b[31m',
        'delete': 'data/x\x7f', 'a C1 control': 'data/x\u0085', 'backwards': 'data/a\u202efdp.exe',
        'no width': 'data/a\u200bb', 'a byte order mark': 'data/\ufeffx', 'a line separator': 'data/a\u2028b',
        'private use': 'data/\ue000', 'unassigned': 'data/\u0378', 'decomposed': 'data/re\u0301sume\u0301',
        'a compatibility ideograph': 'data/\uf900', '201 octets': 'data/' + 'a' * 201, '17 levels': 'data' + '/a' * 16,
        'Latin-1': b'data/r\xe9sum\xe9', 'an overlong slash': b'data\xc0\xafx', 'a surrogate': b'data/\xed\xa0\x80',
    }
    def utf8(name):
        def change(made):
            item = made.add(name)
            item.flags = 0x800
        return box(change)
    return [
        *[(f'name: {what}', 3, NAME, utf8(name)) for what, name in names.items()],
        ('a name in an unknown encoding', 3, 'a name in an unknown encoding',
         box(lambda made: setattr(made.find(FORM), 'flags', 0))),
        ('200 octets and 16 levels', 0, 'valid',
         lambda maker: maker.with_payload(**{'data/' + 'b' * 200: b'x', 'data' + '/a' * 15: b'x'})),
        ('names of the world', 0, 'valid',
         lambda maker: maker.with_payload(**{'data/\u062d\u0642': b'x', 'data/\u6cd5.pdf': b'x', 'data/\u0437': b'x'})),
        *[(f'one name twice: {what}', 3, TWICE, named(name)) for what, name in [
            ('the same', LAW), ('in capitals', 'data/attachments/LAW.pdf'), ('a file as a folder', LAW + '/x'),
            ('a folder as a file', 'data/forms'), ('a folder in capitals as a file', 'data/FORMS')]],
        ('one name twice: sharp s', 3, TWICE, box(lambda made: (made.add('data/stra\u00dfe'), made.add('data/STRASSE')))),
        ('1001 entries', 4, 'more than 1000 entries',
         box(lambda made: [made.add(f'data/many/{n}') for n in range(1001 - len(made.items))])),
        ('1000 entries', 0, 'valid', lambda maker: maker.with_payload(**{f'data/many/{n}': b'' for n in range(990)})),
        ('packed too densely', 4, 'an entry packed too densely',
         box(lambda made: made.add('data/zeros', bytes(2 << 20)).deflated())),
        ('packed a hundredfold', 0, 'valid', lambda maker: packed_tight(maker, 0)),
        ('packed a hundredfold and one octet more', 4, 'an entry packed too densely', lambda maker: packed_tight(maker, 1)),
        ('a name of 512 octets', 0, 'valid', lambda maker: maker.with_payload(**{long_name(512): b'x'})),
        ('a name of 513 octets', 3, 'an entry without a proper name', lambda maker: maker.with_payload(**{long_name(513): b'x'})),
        ('17 GiB', 4, 'more bytes than allowed', law(lambda item: item.deflated().both(size=LARGE).__dict__.update(
            central_extra=extra(1, (17 << 30).to_bytes(8, 'little')),
            local_extra=extra(1, (17 << 30).to_bytes(8, 'little'))))),
        ('more than was allowed', 4, 'more bytes than allowed', lambda maker: maker.good(), '--max-bytes', '100'),
    ]


def fill_last_bits(made):
    """Changes what no unpacker looks at; not every stream has such bits."""
    for name in (LAW, FORM, JSON):
        item = made.find(name).deflated()
        changed = item.packed[:-1] + bytes([item.packed[-1] | 0x80])
        if changed != item.packed and zlib.decompress(changed, -15) == item.data:
            item.packed = changed
            return
    raise RuntimeError('no stream with bits to spare')


def stream_rows():
    """What the entries hold is what they say."""
    return [
        ('a broken stream', 3, 'an entry that cannot be unpacked',
         law(lambda item: item.deflated().__dict__.update(packed=b'\xff' + item.packed[1:]))),
        ('octets behind the stream', 3, 'an entry of another size than it says',
         law(lambda item: item.deflated().__dict__.update(packed=item.packed + b'hidden'))),
        ('a stream without its end', 3, 'an entry that ends too early',
         law(lambda item: item.deflated().__dict__.update(packed=item.packed[:-2]))),
        ('more than it says', 3, 'an entry larger than it says', law(lambda item: item.deflated().both(size=16))),
        ('less than it says', 3, 'an entry of another size than it says', law(lambda item: item.deflated().both(size=18))),
        ('bits behind the end of the stream', 3, 'an entry with something behind its end',
         box(fill_last_bits)),
        ('a bomb that says little', 3, 'an entry larger than it says', law(lambda item: (
            item.__dict__.update(method=8, packed=deflate(bytes(50 << 20)))))),
        ('a wrong checksum, twice', 3, LAW + ' has a wrong checksum', both(crc=1)),
    ]


def top_rows():
    """Rule 4: mimetype, and no names but the listed ones."""
    def last(made):
        made.items.append(made.items.pop(0))
    return [
        ('mimetype last', 3, 'mimetype is not the first entry', box(last)),
        ('no mimetype', 3, 'mimetype is not the first entry', box(lambda made: made.remove('mimetype'))),
        ('mimetype deflated', 3, 'mimetype is not stored plainly', box(lambda made: made.items[0].deflated())),
        ('mimetype with an extra field', 3, 'mimetype is not stored plainly',
         box(lambda made: setattr(made.items[0], 'local_extra', extra(0x5455, b'\0')))),
        ('mimetype with a flag', 3, 'mimetype is not stored plainly', box(lambda made: setattr(made.items[0], 'flags', 0x800))),
        *[(f'mimetype: {what}', 3, 'mimetype is not as it should be',
           box(lambda made, text=text: made.put('mimetype', text))) for what, text in [
               ('simple', b'application/vnd.etsi.asic-s+zip'), ('a newline', b'application/vnd.etsi.asic-e+zip\n'),
               ('empty', b''), ('capitals', b'application/vnd.etsi.ASiC-E+zip')]],
        *[(f'a stranger: {name}', 3, STRANGER, named(name)) for name in [
            'autorun.inf', 'tagmanifest-sha256.txt', 'META-INF/MANIFEST.MF', 'META-INF/signatures001.xml',
            'META-INF/signature1.p7s', 'META-INF/signature0002.p7s', 'META-INF/signature00a.p7s',
            'META-INF/ASiCManifest.xml', 'META-INF/x/signature002.p7s', 'META-INF/ASiCArchiveManifest/x.xml',
            'Data/x', 'meta-inf2/x', 'data.txt', 'META-INF/timestamp001.tsr']],
        ('another META-INF', 3, STRANGER, named('meta-inf/signature002.p7s')),
        ('a timestamp', 0, 'valid', named('META-INF/timestamp001.tst')),
        ('a manifest of an extended container', 0, 'valid', named('META-INF/ASiCArchiveManifest001.xml')),
        ('no bagit.txt', 3, 'the files of the bag are missing', box(lambda made: made.remove('bagit.txt'))),
        ('no list of the bag', 3, 'the files of the bag are missing', box(lambda made: made.remove('manifest-sha256.txt'))),
        ('another BagIt', 3, 'bagit.txt is not as it should be',
         box(lambda made: made.put('bagit.txt', BAGIT.replace(b'1.0', b'0.9')))),
    ]


def xml_rows():
    """Rule 5: the manifest, properly signed in each case."""
    def text(old, new, count=1):
        return lambda maker: maker.signed(maker.xml.decode().replace(old, new, count))
    def raw(change):
        return lambda maker: maker.signed(change(maker.xml))
    def more(*lines):
        return lambda maker: maker.signed(manifest([*maker.references(maker.entries), *lines]))
    def law_as(**over):
        return lambda maker: maker.signed(manifest([
            reference(name, data, **(over if name == LAW else {})) for name, data in maker.entries.items()]))
    extension = '<asic:ASiCManifestExtensions>{}</asic:ASiCManifestExtensions>'
    def in_extension(inner):
        return extension.format(f'<asic:Extension Critical="false">{inner}</asic:Extension>')
    def many(number):
        return ''.join(f' a{n}=""' for n in range(number))
    deep = '<x>' * 40 + '</x>' * 40
    value, uri = '<ds:DigestValue>', 'URI="data/attachments/law.pdf"'
    return [
        ('a byte order mark', 3, UTF8, raw(lambda xml: b'\xef\xbb\xbf' + xml)),
        ('UTF-16', 3, UTF8, raw(lambda xml: xml.decode().encode('utf-16'))),
        ('Latin-1', 3, UTF8, raw(lambda xml: xml.replace(b'law.pdf"', b'l\xe9w.pdf"'))),
        ('a NUL', 3, UTF8, raw(lambda xml: xml + b'\0')),
        ('an empty manifest', 3, 'a manifest that is empty', raw(lambda xml: b'')),
        ('a control character', 3, 'a manifest with control characters', raw(lambda xml: xml.replace(b'\n', b'\x01', 1))),
        ('a document type', 3, 'a manifest with a document type or marked section', text('<asic', '<!DOCTYPE x><asic')),
        ('an entity', 3, 'a manifest with a document type or marked section',
         text('<asic', '<!DOCTYPE x [<!ENTITY a "b">]><asic')),
        ('a marked section', 3, 'a manifest with a document type or marked section', text(value, value + '<![CDATA[x]]>')),
        ('an instruction', 3, 'a manifest with an instruction in it', text('<asic', '<?xml-stylesheet href="x"?><asic')),
        ('another encoding', 3, 'a manifest with an instruction in it', text('UTF-8', 'UTF-7')),
        ('another version', 3, 'a manifest with an instruction in it', text('"1.0"', '"1.1"')),
        ('not closed', 3, NO_XML, text('</asic:ASiCManifest>', '')),
        ('a comment that does not end', 3, NO_XML, raw(lambda xml: xml + b'<!--')),
        ('two roots', 3, None, raw(lambda xml: xml + b'<x/>')),
        ('an unknown entity', 3, NO_XML, text(value, value + '&a;')),
        ('another root', 3, 'a manifest with another root or namespace', text('asic:ASiCManifest', 'asic:XAdES', 9)),
        ('another namespace', 3, 'a manifest with another root or namespace', text('v1.2.1#', 'v1.2.2#')),
        ('no namespace', 3, 'a manifest with another root or namespace', text(' xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"', '')),
        ('another namespace for digests', 3, 'a manifest with an unknown element', text('xmldsig#"', 'xmldsig11#"')),
        ('a prefix declared inside', 3, 'a manifest that declares prefixes inside',
         text('<ds:DigestMethod', '<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')),
        ('a prefix declared twice', 3, None, text('<asic:ASiCManifest', '<asic:ASiCManifest xmlns:ds="x"')),
        ('no reference to the signature', 3, ONE_REFERENCE, lambda maker: maker.signed(b'\n'.join(
            line for line in maker.xml.split(b'\n') if b'SigReference' not in line))),
        ('two references to the signature', 3, ONE_REFERENCE, text(
            '</asic:ASiCManifest>', '<asic:SigReference URI="META-INF/signature001.p7s"/></asic:ASiCManifest>')),
        ("another's signature", 3, "a manifest that refers to another's signature", text('signature001', 'signature002')),
        ('one file twice', 3, 'a manifest that refers to one file twice', more(reference(LAW, b'other'))),
        ('one file twice, in other letters', 3, 'a manifest that refers to one file twice',
         more(reference(LAW, b'other', uri='data/%61ttachments/law.pdf'))),
        ('one file twice, in capitals', 3, 'a manifest that refers to one file twice',
         more(reference('data/attachments/LAW.pdf', b'other'))),
        ('no URI', 3, 'a manifest with a reference that is not in order', text(uri, '')),
        *[(f'URI: {what}', 3, sentence, text(uri, f'URI="{name}"')) for what, name, sentence in [
            ('up', 'data/../law.pdf', PROFILE), ('absolute', '/data/law.pdf', PROFILE),
            ('up, encoded', 'data/%2e%2e/x', PROFILE), ('a slash, encoded', 'data%2f%2fx', PROFILE),
            ('encoded twice', 'data/%256caw.pdf', PROFILE), ('empty', '', PROFILE),
            ('a scheme', 'file:///data/law.pdf', PATH), ('a query', 'data/law.pdf?x', PATH),
            ('a fragment', 'data/law.pdf#x', PATH), ('a backslash', 'data\\law.pdf', PATH), ('a space', 'data/law .pdf', PATH),
            ('half encoded', 'data/law%2', 'a manifest with a reference that is no URI'),
            ('badly encoded', 'data/law%zz', 'a manifest with a reference that is no URI'),
            ('an encoded NUL', 'data/law%00.pdf', 'a manifest with a reference that is no URI'),
            ('octets that are not UTF-8', 'data/l%e9w.pdf', PROFILE)]],
        ('itself', 3, 'a manifest that covers itself', more(reference(XML, b'x'))),
        ('its own signature', 3, 'a manifest that covers itself', more(reference(P7S, b'x'))),
        *[(f'{method} of a file', 3, 'a manifest with a weak or unknown digest', law_as(how=method_of(method)))
          for method in ('sha1', 'md5', 'sha3')],
        *[(f'{method} of a file', 0, 'valid', lambda maker, method=method: maker.signed(manifest([
            reference(name, data, method if name == LAW else 'sha256') for name, data in maker.entries.items()])))
          for method in ('sha384', 'sha512')],
        ('no method', 3, None, law_as(how='')),
        ('two methods', 3, 'a manifest with two digests for one file', law_as(how=method_of('sha256') * 2)),
        ('no digest', 3, 'a manifest with a reference without a digest', law_as(value=None)),
        ('two digests', 3, 'a manifest with two digests for one file', law_as(more=value + 'AAAA</ds:DigestValue>')),
        *[(f'a digest: {what}', 3, DIGEST, law_as(value=text)) for what, text in [
            ('empty', ''), ('short', 'AAAA'), ('long', 'A' * 88), ('no base64', '*' * 44), ('hexadecimal', '0' * 64),
            ('bits left over', 'A' * 42 + 'B='), ('no padding', 'A' * 43)]],
        ('a comment in a digest', 3, 'a manifest with a comment inside a digest', text(value, value + '<!-- x -->')),
        ('a comment elsewhere', 0, 'valid', text('<asic:DataObject', '<!-- x --><asic:DataObject')),
        ('white space in a digest', 0, 'valid', text(value, value + '\n   ')),
        ('a critical extension', 3, 'a manifest with an unknown critical extension',
         more(extension.format('<asic:Extension Critical="true"/>'))),
        ('an extension that may be critical', 3, 'a manifest with an unknown critical extension',
         more(extension.format('<asic:Extension Critical="perhaps"/>'))),
        ('an extension that does not say', 3, 'a manifest with an unknown critical extension',
         more(extension.format('<asic:Extension/>'))),
        ('a critical extension of a file', 3, 'a manifest with an unknown critical extension',
         law_as(more='<asic:DataObjectReferenceExtensions><asic:Extension Critical="1"/>'
                '</asic:DataObjectReferenceExtensions>')),
        ('an extension', 0, 'valid', more(extension.format('<asic:Extension Critical="false"><x>y</x></asic:Extension>'))),
        ('an unknown element', 3, 'a manifest with an unknown element', more('<asic:Other/>')),
        ('an unknown attribute', 3, 'a manifest with an unknown attribute', text(uri, uri + ' Other="x"')),
        ('an attribute twice', 3, None, text(uri, uri + ' ' + uri)),
        ('text', 3, 'a manifest with text where none belongs', more('text')),
        ('two root files', 3, 'a manifest with two root files', text(uri, uri + ' Rootfile="true"')),
        ('a root file perhaps', 3, 'a manifest with a reference that is not in order', text(uri, uri + ' Rootfile="perhaps"')),
        ('40 levels', 4, 'a manifest too deep',
         more(extension.format(f'<asic:Extension Critical="false">{deep}</asic:Extension>'))),
        ('32 levels', 0, 'valid', more(in_extension('<x>' * 29 + '</x>' * 29))),
        ('33 levels', 4, 'a manifest too deep', more(in_extension('<x>' * 30 + '</x>' * 30))),
        ('64 attributes', 0, 'valid', more(in_extension(f'<x{many(64)}/>'))),
        ('65 attributes', 4, 'a manifest with too many attributes', more(in_extension(f'<x{many(65)}/>'))),
        ('a tag of 16 KiB', 0, 'valid', more(in_extension('<x a="' + 'y' * (16384 - 9) + '"/>'))),
        ('a tag of 16 KiB and an octet', 4, 'a manifest with a huge tag', more(in_extension('<x a="' + 'y' * (16384 - 8) + '"/>'))),
        ('4 MiB', 0, 'valid', raw(lambda xml: xml + b'\n' * ((4 << 20) - len(xml)))),
        ('4 MiB and an octet', 4, None, raw(lambda xml: xml + b'\n' * ((4 << 20) + 1 - len(xml)))),
        ('70 attributes', 4, 'a manifest with too many attributes', text(uri, uri + ''.join(f' x:a{n}=""' for n in range(70)))),
        ('a tag of 17 KiB', 4, 'a manifest with a huge tag', text(uri, uri + ' x:a="' + 'x' * 17000 + '"')),
        ('5 MiB', 4, None, raw(lambda xml: xml + b'\n' * (5 << 20))),
        ('1001 references', 4, 'a manifest with too many references',
         more(*[reference(f'data/many/{n}', b'') for n in range(1001)])),
    ]


def method_of(word):
    return f'<ds:DigestMethod Algorithm="{DIGESTS[word]}"/>'


def signature_rows(signers):
    """Rule 6: every signature has a manifest and the reverse, keeps to the profile, and holds."""
    def by(name, *more, **options):
        return lambda maker: maker.signed(signature=signers[name].sign(maker.xml, *more, **options))
    def bent(change):
        return lambda maker: maker.signed(signature=change(maker.signature))
    def streamed(maker):
        return maker.signed(signature=openssl('cms', '-sign', '-stream', '-binary', '-cades', '-outform', 'DER', '-signer',
                                              maker.expert.certificate, '-inkey', maker.expert.key, input=maker.xml))
    def certificates_alone(maker):
        return maker.signed(signature=openssl('crl2pkcs7', '-nocrl', '-certfile', maker.expert.certificate,
                                              '-outform', 'DER'))
    def enveloped(maker):
        return maker.signed(signature=openssl('cms', '-encrypt', '-outform', 'DER', maker.expert.certificate,
                                              input=maker.xml))
    def two_in_one(maker):
        return maker.signed(signature=maker.expert.sign(
            maker.xml, '-signer', maker.focal.certificate, '-inkey', maker.focal.key))
    return [
        ('no signature', 3, 'a manifest without a signature', box(lambda made: made.remove(P7S))),
        ('no manifest', 3, P7S + ' has no manifest', box(lambda made: made.remove(XML))),
        ('neither', 2, 'nobody has signed this package', box(lambda made: made.remove(XML, P7S))),
        ('a signature of another number', 3, None, box(lambda made: made.rename(P7S, 'META-INF/signature002.p7s'))),
        ('junk', 3, 'the signature is not DER', bent(lambda der: b'junk')),
        ('an empty one', 3, 'a signature of an impossible length', bent(lambda der: b'')),
        ('a text', 3, 'the signature is not DER', bent(lambda der: b'-----BEGIN CMS-----\n')),
        ('cut short', 3, 'the signature is not CMS', bent(lambda der: der[:-1])),
        ('octets behind it', 3, 'bytes after the signature', bent(lambda der: der + b'\0')),
        ('BER', 3, 'the signature is not DER', streamed),
        ('certificates alone', 3, 'a signature file without a signer', certificates_alone),
        ('content of its own', 3, 'a signature with content of its own',
         lambda maker: maker.signed(signature=maker.expert.sign(maker.xml, '-nodetach'))),
        ('sealed', 3, 'a CMS structure that is no signature', enveloped),
        ('no signed attributes', 3, 'a signature without signed attributes', by('plain', '-noattr', cades=False)),
        ('no certificate', 3, "the signer's certificate is missing", by('plain', '-nocerts')),
        ('not CAdES', 3, CADES, by('plain', cades=False)),
        ('SHA-1', 3, None, by('plain', md='sha1')),
        ('SHA-1, not CAdES', 3, None, by('plain', md='sha1', cades=False)),
        ('RSA of 1024 bits', 3, None, by('rsa1024')),
        ('two in one file', 3, 'more than one signer in one signature file', two_in_one),
        ('of other content', 2, FALSE_SIGNATURE, lambda maker: maker.signed(signature=maker.expert.sign(b'other'))),
        ('of another manifest', 2, FALSE_SIGNATURE, lambda maker: maker.signed(maker.xml + b'\n', maker.signature)),
        ('a flipped bit in the value', 2, FALSE_SIGNATURE, bent(lambda der: der[:-3] + bytes([der[-3] ^ 1]) + der[-2:])),
        ('9 MiB', 4, P7S + ' is too large', bent(lambda der: der + bytes(9 << 20))),
        ('SHA-384', 0, 'valid', by('plain', md='sha384')),
        ('RSA', 0, 'valid', by('rsa2048')),
        ('RSA-PSS', 0, 'valid', by('rsa2048', '-keyopt', 'rsa_padding_mode:pss')),
        ('a stranger', 1, 'the signer is not known here', by('stranger')),
        ('a key for another use', 1, 'the certificate is not made for signatures', by('usage')),
        ('ten years later', 1, 'certificate has expired', lambda maker: maker.good(), '--at', '2046-01-01T00:00:00Z'),
        ('ten years before', 1, 'certificate is not yet valid', lambda maker: maker.good(), '--at', '2016-01-01T00:00:00Z'),
    ]


def coverage_rows():
    """Rule 7: every file is what every signer saw."""
    def all_but(*names):
        return lambda maker: maker.signed(manifest(maker.references(
            {name: data for name, data in maker.entries.items() if name not in names})))
    second = 'META-INF/signature002.p7s'
    return [
        ('other content', 2, LAW + ' is not what was signed', box(lambda made: made.put(LAW, b'%PDF-1.7 of a lie'))),
        ('no content', 2, LAW + ' is not what was signed', box(lambda made: made.put(LAW, b''))),
        ('two files that changed places', 2, 'data/', box(lambda made: (
            made.put(LAW, made.find(JSON).data), made.put(JSON, b'%PDF-1.7 of a law')))),
        ('a file that is missing', 2, LAW + ' was signed and is missing', box(lambda made: made.remove(LAW))),
        ('a file more', 2, 'data/more is not signed by ' + P7S, named('data/more')),
        ('an empty file more', 2, 'data/more is not signed by ' + P7S, named('data/more', b'')),
        ('other information', 2, 'bag-info.txt is not what was signed', box(lambda made: made.put('bag-info.txt', b'x'))),
        ('no information', 2, 'bag-info.txt was signed and is missing', box(lambda made: made.remove('bag-info.txt'))),
        ('another list', 2, 'manifest-sha256.txt is not what was signed',
         box(lambda made: made.put('manifest-sha256.txt', b''))),
        *[(f'{name} not covered', 2, f'{name} is not signed by {P7S}', all_but(name))
          for name in (LAW, 'bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'data/empty')],
        ('nothing covered', 2, None, lambda maker: maker.signed(manifest([]))),
        ('two signers', 0, 'valid', lambda maker: maker.twice()),
        ('the second did not see the law', 2, f'{LAW} is not signed by {second}', lambda maker: maker.twice(drop=(LAW,))),
        ('the second one is junk', 3, 'the signature is not DER', lambda maker: maker.twice(signature=b'junk')),
        ('the second one is of the first', 2, FALSE_SIGNATURE, lambda maker: maker.twice(signature=maker.signature)),
        ('the first one taken away', 2, 'META-INF/ASiCManifest001.xml was signed and is missing',
         lambda maker: drop(maker.twice(), XML, P7S)),
        ('the second one of a stranger', 1, 'the signer is not known here',
         lambda maker: maker.twice(), '--only-expert'),
    ]


def packed_rows():
    """Deflate can say the same in two ways: what was packed here is known to the bit, who packs anew is free."""
    def law_as(stream, told=None):
        def bend(maker):
            data = maker.payload[LAW]
            plain = b'\x01' + struct.pack('<HH', len(data), len(data) ^ 0xffff) + data
            line = f'Packed-Sha256: 1.{len(plain)} {hashlib.sha256(plain).hexdigest()}\n' if told is None else told
            made = maker.signed(entries={**maker.entries, 'bag-info.txt': maker.entries['bag-info.txt'] + line.encode()})
            made.find(LAW).__dict__.update(method=8, packed=stream(plain))
            return made
        return bend
    return [
        ('as it was packed', 0, 'valid', law_as(lambda plain: plain)),
        ('bits that no unpacker looks at', 2, 'a packed file is not as it was when it was signed',
         law_as(lambda plain: b'\x09' + plain[1:])),
        ('bits that no unpacker looks at, and nobody said', 0, 'valid', law_as(lambda plain: b'\x09' + plain[1:], '')),
        ('packed anew', 0, 'valid', law_as(lambda plain: deflate(plain[5:]))),
        ('a line of something else', 0, 'valid', law_as(lambda plain: plain, 'Packed-Sha256: as usual\n')),
    ]


def drop(made, *names):
    made.remove(*names)
    return made


def bag_rows():
    """Rule 8: the bag lists its files, all of them, each once, and agrees; properly signed in each case."""
    def lines(change):
        return lambda maker: maker.with_bag(change(maker.entries['manifest-sha256.txt']))
    return [
        ('a file not listed', 2, 'a file that the bag does not list', lines(lambda bag: bag.split(b'\n', 1)[1])),
        ('an empty list', 2, 'a file that the bag does not list', lines(lambda bag: b'')),
        ('a file listed that is missing', 2, 'the bag lists a file that is missing', lines(lambda bag: bag + b'0' * 64 + b'  data/x\n')),
        ('a file listed twice', 3, 'the bag lists a file twice', lines(lambda bag: bag + bag.split(b'\n')[0] + b'\n')),
        ('another digest', 2, JSON + ' is not what the bag lists', lines(lambda bag: b'0' * 64 + bag[64:])),
        ('capitals', 0, 'valid', lines(lambda bag: bag[:64].upper() + bag[64:])),
        ('one space', 3, BAG, lines(lambda bag: bag.replace(b'  ', b' ', 1))),
        ('a star', 3, BAG, lines(lambda bag: bag.replace(b'  ', b' *', 1))),
        ('a digest too short', 3, BAG, lines(lambda bag: bag[1:])),
        ('no newline at the end', 3, BAG, lines(lambda bag: bag[:-1])),
        ('an empty line', 3, BAG, lines(lambda bag: bag + b'\n')),
        ('a NUL', 3, BAG, lines(lambda bag: bag.replace(b'law', b'l\0w'))),
        ('a file that is no payload', 3, BAG, lines(lambda bag: bag + b'0' * 64 + b'  bagit.txt\n')),
        ('a way up', 2, 'the bag lists a file that is missing', lines(lambda bag: bag + b'0' * 64 + b'  data/../x\n')),
        ('5 MiB', 4, 'manifest-sha256.txt is too large', lines(lambda bag: bag + b'#' * (5 << 20))),
    ]


def judge(maker, signers, title, code, sentence, bend, *words):
    path, out = os.path.join(maker.where, 'hostile.asice'), os.path.join(maker.where, 'unpacked')
    made = bend(maker)
    with open(path, 'wb') as stream:
        stream.write(made.pack())
    known = [maker.expert] if '--only-expert' in words else [maker.expert, maker.focal, *(
        signers[name] for name in ('plain', 'rsa1024', 'rsa2048', 'usage'))]
    trust = [word for signer in known for word in ('--trust', signer.certificate)]
    done = run([CLI, 'verify', path, '--json', '--extract', out, *trust, *(w for w in words if w != '--only-expert')])
    result = json.loads(done.stdout) if done.stdout.startswith('{') else {}
    word = {0: 'TOTAL-PASSED', 1: 'INDETERMINATE'}.get(code, 'TOTAL-FAILED')
    unpacked = os.path.exists(out)
    if unpacked:
        shutil.rmtree(out)
    return check(f'{title}: {code}', (done.returncode, result.get('code'), result.get('indication')) == (code, code, word)
                 and (sentence is None or result['message'].startswith(sentence)) and unpacked == (code < 2)
                 and done.stderr == '', f'{done.returncode} {result.get("message")} {sentence} {done.stderr[-300:]}')


def not_files(maker):
    """Rule 1: a regular file."""
    pipe, socket = os.path.join(maker.where, 'pipe'), os.path.join(maker.where, 'device')
    os.mkfifo(pipe)
    os.symlink('/dev/zero', socket)
    for title, path in [('a pipe', pipe), ('a device', socket), ('a folder', maker.where), ('nothing', pipe + '.no')]:
        done = run([CLI, 'verify', path, '--json'], timeout=30)
        result = json.loads(done.stdout)
        check(f'{title} is no package: 66', done.returncode == result['code'] == 66
              and result['indication'] == 'INDETERMINATE', done)


def story(where):
    maker = Maker(where)
    usage, usage_key = os.path.join(where, 'usage.pem'), os.path.join(where, 'usage-key.pem')
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj',
            '/CN=Usage', '-addext', 'keyUsage=critical,keyAgreement', '-keyout', usage_key, '-out', usage)
    signers = {'plain': maker.expert, 'stranger': Signer(where, 'Stranger', *make_key(where, 'stranger', 'Stranger')),
               'rsa1024': rsa_signer(where, 'rsa1024', 1024), 'rsa2048': rsa_signer(where, 'rsa2048', 2048),
               'usage': Signer(where, 'Usage', usage, usage_key)}
    groups = {'end': ends_rows(), 'directory': directory_rows(), 'layout': layout_rows(), 'kind': kind_rows(),
              'name': name_rows(), 'stream': stream_rows(), 'top': top_rows(), 'manifest': xml_rows(),
              'signature': signature_rows(signers), 'coverage': coverage_rows(), 'bag': bag_rows(), 'packed': packed_rows()}
    refused = 0
    for group, rows in groups.items():
        for title, code, *rest in rows:
            judge(maker, signers, f'{group}: {title}', code, *rest)
            refused += code >= 2
    not_files(maker)
    check(f'{refused} hostile containers', refused >= 120, refused)


with folder() as the_place:
    story(the_place)
finish()
