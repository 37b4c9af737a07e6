# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers of package-format 2.2 written octet by octet, so that each rule can be broken alone: no zip library would
write most of these."""
import base64
import hashlib
import os
import struct
import zlib

from story import make_key, openssl

MIMETYPE = b'application/vnd.etsi.asic-e+zip'
COMMENT = b'mimetype=application/vnd.etsi.asic-e+zip'
BAGIT = b'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
DIGESTS = {'sha256': 'http://www.w3.org/2001/04/xmlenc#sha256', 'sha384': 'http://www.w3.org/2001/04/xmldsig-more#sha384',
           'sha512': 'http://www.w3.org/2001/04/xmlenc#sha512', 'sha1': 'http://www.w3.org/2000/09/xmldsig#sha1',
           'md5': 'http://www.w3.org/2001/04/xmldsig-more#md5', 'sha3': 'http://www.w3.org/2007/05/xmldsig-more#sha3-256'}
LOCAL = ('version', 'flags', 'method', 'time', 'date', 'crc', 'packed', 'size')
LARGE = 0xffffffff


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def extra(number, data):
    return struct.pack('<HH', number, len(data)) + data


class Item:
    """One entry; what local and central hold is said in the header there, whatever is true."""

    def __init__(self, name, data):
        self.name = name.encode() if isinstance(name, str) else name
        self.data, self.packed, self.method = data, data, 0
        self.flags = 0 if self.name.isascii() else 0x800
        self.mode, self.dos, self.made_by = 0o100644, 0, 0x0314
        self.local, self.central = {}, {}
        self.local_name, self.local_extra, self.central_extra, self.comment = None, b'', b'', b''
        self.local_mark, self.central_mark = b'PK\3\4', b'PK\1\2'
        self.before, self.behind = b'', b''
        self.hidden, self.shares, self.offset, self.disk = False, None, 0, 0

    def both(self, **fields):
        self.local.update(fields)
        self.central.update(fields)
        return self

    def deflated(self):
        self.packed, self.method = deflate(self.data), 8
        return self

    def described(self, length, mark=b'PK\7\x08', **fields):
        """Deflated, with its sizes behind the data."""
        self.deflated()
        self.flags |= 8
        self.local.update(crc=0, packed=0, size=0)
        told = {'crc': zlib.crc32(self.data), 'packed': len(self.packed), 'size': len(self.data), **fields}
        form = '<LQQ' if length >= 20 else '<LLL'
        self.behind = (mark if length in (16, 24) else b'') + struct.pack(form, *told.values())
        return self

    def said(self, over):
        fields = {'version': 20, 'flags': self.flags, 'method': self.method, 'time': 0x1e78, 'date': 0x5d76,
                  'crc': zlib.crc32(self.data), 'packed': len(self.packed), 'size': len(self.data), **over}
        return [fields[name] for name in LOCAL]

    def header(self):
        name = self.name if self.local_name is None else self.local_name
        return (self.local_mark + struct.pack('<HHHHHLLLHH', *self.said(self.local), len(name), len(self.local_extra))
                + name + self.local_extra)

    def row(self, offset):
        return (self.central_mark
                + struct.pack('<HHHHHHLLLHHHHHLL', self.made_by, *self.said(self.central), len(self.name),
                              len(self.central_extra), len(self.comment), self.disk, 0, (self.mode << 16) | self.dos,
                              self.central.get('offset', offset))
                + self.name + self.central_extra + self.comment)


class Box:
    """A container; end holds what its end record says instead of the truth."""

    def __init__(self, entries):
        self.items = [Item(name, data) for name, data in entries]
        self.comment, self.prefix, self.counted, self.suffix = COMMENT, b'', False, b''
        self.before_directory, self.after_directory, self.end = b'', b'', {}
        self.large, self.large_end, self.locator = False, {}, {}
        self.reversed, self.cut, self.words = False, None, []

    def find(self, name):
        wanted = name.encode() if isinstance(name, str) else name
        return next(item for item in self.items if item.name == wanted)

    def add(self, name, data=b'x', at=None):
        item = Item(name, data)
        self.items.insert(len(self.items) if at is None else at, item)
        return item

    def remove(self, *names):
        for name in names:
            self.items.remove(self.find(name))

    def rename(self, old, new):
        self.find(old).name = new.encode()

    def put(self, name, data):
        item = self.find(name)
        item.data = item.packed = data

    def pack(self):
        out, rows = bytearray(self.prefix), []
        base = 0 if self.counted else len(self.prefix)
        for item in self.items:
            if item.shares is None:
                out += item.before
                item.offset = len(out) - base
                out += item.header() + item.packed + item.behind
        out += self.before_directory
        listed = [item for item in self.items if not item.hidden]
        for item in reversed(listed) if self.reversed else listed:
            rows.append(item.row(item.offset if item.shares is None else self.find(item.shares).offset))
        directory = len(out) - base
        for row in rows:
            out += row
        said = {'disk': 0, 'directory_disk': 0, 'here': len(rows), 'count': len(rows), 'length': len(b''.join(rows)),
                'offset': directory}
        out += self.after_directory
        if self.large:
            large = {'size': 44, 'made': 45, 'version': 45, 'disk': 0, 'directory_disk': 0, 'here': said['count'],
                     'count': said['count'], 'length': said['length'], 'offset': directory, **self.large_end}
            locator = {'disk': 0, 'offset': len(out), 'disks': 1, **self.locator}
            out += b'PK\6\6' + struct.pack('<QHHLLQQQQ', *large.values())
            out += b'PK\6\7' + struct.pack('<LQL', *locator.values())
        said.update(self.end)
        out += b'PK\5\6' + struct.pack('<HHHHLLH', *said.values(), len(self.comment)) + self.comment + self.suffix
        return bytes(out if self.cut is None else out[:self.cut])


def reference(name, data, method='sha256', root=False, **over):
    """One DataObjectReference; over replaces its parts."""
    digest = base64.b64encode(hashlib.new(method, data).digest()).decode()
    uri = ''.join(chr(octet) if chr(octet).isalnum() and octet < 128 or chr(octet) in '/-._~' else f'%{octet:02X}'
                  for octet in name.encode())
    parts = {'uri': uri, 'attributes': ' Rootfile="true"' if root else '', 'value': digest,
             'how': f'<ds:DigestMethod Algorithm="{DIGESTS[method]}"/>', 'more': '', **over}
    value = '' if parts['value'] is None else f'<ds:DigestValue>{parts["value"]}</ds:DigestValue>'
    return (f' <asic:DataObjectReference URI="{parts["uri"]}" MimeType="application/octet-stream"{parts["attributes"]}>'
            f'{parts["how"]}{value}{parts["more"]}</asic:DataObjectReference>\n')


def manifest(references, number=1):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"'
            ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
            f' <asic:SigReference URI="META-INF/signature{number:03d}.p7s" MimeType="application/pkcs7-signature"/>\n'
            f'{"".join(references)}</asic:ASiCManifest>\n').encode()


class Signer:
    """A key, and what openssl makes with it."""

    def __init__(self, where, name, certificate=None, key=None):
        self.certificate, self.key = (certificate, key) if certificate else make_key(where, name, name)

    def sign(self, content, *more, md='sha256', cades=True, binary=True):
        words = ['cms', '-sign', '-nosmimecap', '-outform', 'DER', '-md', md, '-signer', self.certificate,
                 '-inkey', self.key]
        words += ['-cades'] * cades + ['-binary'] * binary
        return openssl(*words, *more, input=content)


class Maker:
    """Makes the good container of which each case breaks one thing."""

    def __init__(self, where):
        self.where = where
        self.expert, self.focal = Signer(where, 'Expert'), Signer(where, 'Focal Point')
        self.payload = {
            'data/package.json': b'{"kind":"submission","id":"hostile-1"}',
            'data/forms/r\u00e9ponse.xml': b'<answers>' + b'yes and no, ' * 300 + b'</answers>',
            'data/attachments/law.pdf': b'%PDF-1.7 of a law',
            'data/empty': b'',
        }
        self.entries = self.add_bag(self.payload)
        self.xml = manifest(self.references(self.entries))
        self.signature = self.expert.sign(self.xml)

    @staticmethod
    def add_bag(payload, bag=None):
        lines = ''.join(f'{hashlib.sha256(data).hexdigest()}  {name}\n' for name, data in payload.items())
        oxum = f'{sum(map(len, payload.values()))}.{len(payload)}'
        return {**payload, 'bagit.txt': BAGIT, 'bag-info.txt': f'Payload-Oxum: {oxum}\n'.encode(),
                'manifest-sha256.txt': lines.encode() if bag is None else bag}

    @staticmethod
    def references(entries, **more):
        return [reference(name, data, root=name == 'data/package.json', **more) for name, data in entries.items()]

    def good(self):
        return Box([('mimetype', MIMETYPE), *self.entries.items(), ('META-INF/ASiCManifest001.xml', self.xml),
                    ('META-INF/signature001.p7s', self.signature)])

    def signed(self, xml=None, signature=None, entries=None):
        """The same with another manifest, properly signed, so that only the manifest is wrong."""
        entries = self.entries if entries is None else entries
        xml = manifest(self.references(entries)) if xml is None else xml
        xml = xml.encode() if isinstance(xml, str) else xml
        return Box([('mimetype', MIMETYPE), *entries.items(), ('META-INF/ASiCManifest001.xml', xml),
                    ('META-INF/signature001.p7s', self.expert.sign(xml) if signature is None else signature)])

    def with_bag(self, bag):
        return self.signed(entries=self.add_bag(self.payload, bag))

    def with_payload(self, **more):
        return self.signed(entries=self.add_bag({**self.payload, **more}))

    def twice(self, drop=(), signature=None):
        """Signed by the expert, then by the focal point, who saw all but drop."""
        box = self.good()
        seen = {item.name.decode(): item.data for item in box.items if item.name != b'mimetype'}
        xml = manifest(self.references({name: data for name, data in seen.items() if name not in drop}), 2)
        box.add('META-INF/ASiCManifest002.xml', xml)
        box.add('META-INF/signature002.p7s', self.focal.sign(xml) if signature is None else signature)
        return box


def rsa_signer(where, name, bits, *more):
    certificate, key = os.path.join(where, name + '.pem'), os.path.join(where, name + '-key.pem')
    openssl('req', '-x509', '-newkey', f'rsa:{bits}', '-nodes', '-days', '30', '-subj', '/CN=' + name, *more,
            '-keyout', key, '-out', certificate)
    return Signer(where, name, certificate, key)
