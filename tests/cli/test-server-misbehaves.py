#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server can do wrong, as a table: for each misbehaviour the state, the reason and the exit code that package-format 5.2
and 6 want. Whatever happens, the archive stays as it is, only a receipt that convinces is kept, and what is told is clean."""
import concurrent.futures
import email.utils
import json
import os
import ssl
import time

from odd_server import OddServer, make_tls, make_tls_of
from story import check, finish, folder, leaks, log_of, make_archive, make_key, send, sha256

SIZE = 3_000_000
ALWAYS = 1 << 30


def say(status, times=ALWAYS, headers=(), body=b'', after=0, drain=True):
    """Answers status for the first times calls after so many good ones; a part is read before."""
    def bend(handler, number):
        if not after < number <= after + times:
            return False
        if drain and handler.command == 'PATCH':
            handler.rfile.read(int(handler.headers['Content-Length']))
        handler.reply(status, headers() if callable(headers) else headers, body)
        return True
    return bend


def early(status, kept):
    """Answers in the middle of a part, and hangs up."""
    def bend(handler, _number):
        handler.keep(kept)
        handler.reply(status, [('Connection', 'close')])
        handler.wfile.flush()
        handler.rfile.read(int(handler.headers['Content-Length']) - kept)
        handler.close_connection = True
        return True
    return bend


def cut(kept, times=1, after=0):
    """The link breaks in the middle of a part."""
    def bend(handler, number):
        if not after < number <= after + times:
            return False
        handler.keep(kept)
        handler.hang_up()
        return True
    return bend


def stall(kept, times=1):
    def bend(handler, number):
        if number > times:
            return False
        handler.keep(kept)
        time.sleep(6)
        handler.hang_up()
        return True
    return bend


def raw(data, times=ALWAYS, repeat=1):
    """Says octets of its own choice in place of an answer."""
    def bend(handler, number):
        if number > times:
            return False
        if handler.command == 'PATCH':
            handler.keep(1 << 30)
        for _ in range(repeat):
            handler.wfile.write(data)
        handler.hang_up()
        return True
    return bend


def before(data):
    """Says something first, and then answers as it should."""
    def bend(handler, _number):
        handler.wfile.write(data)
        return False
    return bend


def limit(most):
    def bend(handler, _number):
        if int(handler.headers['Content-Length']) <= most:
            return False
        handler.rfile.read(int(handler.headers['Content-Length']))
        handler.reply(413)
        return True
    return bend


def lose_half(handler, number):
    """What a power loss leaves: the second part is refused, and less is there than was acknowledged."""
    if number != 2:
        return False
    handler.rfile.read(int(handler.headers['Content-Length']))
    handler.server.odd.got = 300_000
    handler.reply(409)
    return True


def is_whole(handler):
    return 0 < handler.server.odd.length == handler.server.odd.got


def in_seconds(seconds):
    return lambda: [('Retry-After', email.utils.formatdate(time.time() + seconds, usegmt=True))]


def refuse_later(content):
    content.update(status='refused')
    content['verification'].update(code=2, indication='TOTAL-FAILED', message='digest')


def twice(content):
    """Two keys of one name, of which readers take one or the other."""
    return json.dumps(content).replace('"status"', '"status": "refused", "status"').encode()


OFFSET_IN_1XX = (b'HTTP/1.1 100 Continue\r\nUpload-Offset: 999999999\r\n\r\n'
                 b'HTTP/1.1 102 Processing\r\nLocation: https://elsewhere.example/\r\n\r\n')
ACCEPTED, LATER, STOPPED, TOO_LARGE, REFUSED, FORGED = (
    (0, 'accepted'), (75, 'waiting'), (1, 'stopped'), (4, 'stopped'), (2, 'refused'), (2, 'stopped'))
CHECKED = (75, 'delivered')
PAGE = b'<!DOCTYPE html><title>We will be back soon</title>'
PAGES = {name: say(200, body=PAGE) for name in ('GET', 'POST', 'HEAD', 'PATCH')}

# Name, what is bent, how it ends, why; at most so many uploads (1 unless said otherwise).
ROWS = [
    # Where the upload is.
    ('POST: address on another host', {'location': 'https://elsewhere.example/files/{n}'}, ACCEPTED, None),
    ('POST: address on another host and path', {'location': 'https://elsewhere.example/take/{n}'}, STOPPED, 'protocol'),
    ('POST: address of another scheme', {'location': 'file:///etc/passwd'}, STOPPED, 'protocol'),
    ('POST: address that climbs out', {'location': '/files/a/../../admin'}, STOPPED, 'protocol'),
    ('POST: address that is relative', {'location': 'upload-{n}'}, ACCEPTED, None),
    ('POST: no address', {'location': ''}, STOPPED, 'protocol'),
    ('POST: address without end', {'location': '/files/' + 'a' * 9000}, STOPPED, 'protocol'),
    ('POST: address with octets that no address has', {'location': '/files/a b\x01'}, STOPPED, 'protocol'),
    ('POST: 200 in place of 201', {'POST': say(200, headers=[('Location', '/files/x')])}, LATER, 'protocol', 0),
    # What has arrived.
    ('PATCH: no offset', {'patch_offset': lambda got, n: None if n == 1 else got}, ACCEPTED, None),
    ('PATCH: offset lower, and true', {'PATCH': lose_half}, ACCEPTED, None),
    ('PATCH: offset higher', {'patch_offset': lambda got, n: got + 7 if n == 1 else got}, ACCEPTED, None),
    ('PATCH: offset beyond the end', {'patch_offset': lambda got, n: SIZE * 9 if n == 1 else got}, ACCEPTED, None),
    ('PATCH: offset that is negative', {'patch_offset': lambda got, n: '-1' if n == 1 else got}, ACCEPTED, None),
    ('PATCH: offset that overflows', {'patch_offset': lambda got, n: '9' * 30 if n == 1 else got}, ACCEPTED, None),
    ('HEAD: never an offset', {'patch_offset': lambda got, n: None, 'head_offset': lambda got, n: None}, LATER, 'protocol'),
    ('HEAD: all is there, which was never sent', {'patch_offset': lambda got, n: None, 'head_offset': lambda got, n: n}, STOPPED,
     'protocol', 3),
    ('HEAD: another length', {'patch_offset': lambda got, n: None, 'head_length': lambda n: n - 1}, STOPPED, 'protocol', 3),
    # Statuses.
    ('409 three times', {'PATCH': say(409, 3)}, ACCEPTED, None),
    ('423 three times', {'PATCH': say(423, 3)}, ACCEPTED, None),
    ('409 without end', {'PATCH': say(409)}, LATER, 'server-busy'),
    ('404 midway', {'PATCH': say(404, 1, after=1)}, ACCEPTED, None, 2),
    ('410 midway', {'PATCH': say(410, 1, after=1)}, ACCEPTED, None, 2),
    ('404 for every upload', {'PATCH': say(404)}, LATER, 'protocol', 40),
    ('413 above 256 KiB', {'PATCH': limit(256 << 10)}, ACCEPTED, None),
    ('413 below 256 KiB', {'PATCH': limit(100 << 10)}, TOO_LARGE, 'too-large'),
    ('413 to POST', {'POST': say(413)}, TOO_LARGE, 'too-large', 0),
    ('408 once', {'PATCH': say(408, 1)}, ACCEPTED, None),
    ('429 with seconds', {'PATCH': say(429, 1, [('Retry-After', '1')])}, ACCEPTED, None),
    ('503 with a date', {'PATCH': say(503, 1, in_seconds(2))}, ACCEPTED, None),
    ('503 with a date in the past', {'PATCH': say(503, 1, in_seconds(-9000))}, ACCEPTED, None),
    ('503 with nonsense for a time', {'PATCH': say(503, 1, [('Retry-After', 'soon, -7')])}, ACCEPTED, None),
    ('503 with a time of years', {'POST': say(503, ALWAYS, [('Retry-After', '99999999999')])}, LATER, 'server-busy', 0),
    ('500 to each question', {'GET': say(500, 2), 'POST': say(502, 1), 'HEAD': say(504, 1), 'PATCH': say(599, 1)}, ACCEPTED, None),
    ('460, a checksum that does not hold', {'PATCH': say(460, 1)}, ACCEPTED, None),
    ('400', {'PATCH': say(400)}, STOPPED, 'protocol'),
    ('401', {'PATCH': say(401)}, STOPPED, 'not-allowed'),
    ('401 before the part is there', {'PATCH': early(401, 50_000)}, STOPPED, 'not-allowed'),
    ('403 to HEAD', {'PATCH': say(409, 1), 'HEAD': say(403)}, STOPPED, 'not-allowed'),
    ('412', {'POST': say(412)}, STOPPED, 'protocol', 0),
    ('415', {'PATCH': say(415)}, STOPPED, 'protocol'),
    ('301 to POST', {'POST': say(301, headers=[('Location', 'https://elsewhere.example/')])}, STOPPED, 'redirect', 0),
    ('307 to PATCH', {'PATCH': say(307, headers=[('Location', 'https://elsewhere.example/')])}, STOPPED, 'redirect'),
    ('302 to the receipt', {'GET': say(302, headers=[('Location', 'http://127.0.0.1:1/')])}, STOPPED, 'redirect', 0),
    ('a success that nobody knows', {'PATCH': say(299)}, LATER, 'protocol'),
    ('a failure that nobody knows', {'PATCH': say(418)}, STOPPED, 'protocol'),
    ('a number that is no status', {'PATCH': raw(b'HTTP/1.1 999 Hello\r\nContent-Length: 0\r\n\r\n')}, ACCEPTED, None),
    # Something before the module, with the module's own certificate: it passes.
    ('a page in place of each answer', PAGES, LATER, 'protocol', 0),
    ('a page in place of each answer, for a while', {name: say(200, 2, body=PAGE) for name in PAGES}, ACCEPTED, None),
    ('a page midway', {'PATCH': say(200, 1, after=1, body=PAGE), 'HEAD': say(200, 2, body=PAGE)}, ACCEPTED, None),
    ('another protocol for a while', {'GET': raw(b'220 mail.example ESMTP ready\r\n', 2),
                                      'PATCH': raw(b'SSH-2.0-OpenSSH_9.2\r\n', 1)}, ACCEPTED, None),
    # The link.
    ('cut in a part', {'PATCH': cut(700_000)}, ACCEPTED, None),
    ('cut five times', {'PATCH': cut(100_000, 5)}, ACCEPTED, None),
    ('cut after all of the part, before the answer', {'PATCH': cut(1 << 30, 1)}, ACCEPTED, None),
    ('nothing moves', {'PATCH': stall(200_000)}, ACCEPTED, None),
    ('the answer ends in its headers', {'PATCH': raw(b'HTTP/1.1 204 No Content\r\nUpload-Off', 1)}, ACCEPTED, None),
    ('the receipt ends too early', {'GET': lambda h, n: raw(
        b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhalf', 4)(h, n) if is_whole(h) else False}, ACCEPTED, None),
    ('no HTTP at all', {'POST': raw(b'220 mail.example ESMTP ready\r\n')}, LATER, 'protocol', 0),
    ('headers without end', {'POST': raw(b'HTTP/1.1 201 Created\r\n' + b'X-Flood: ' + b'a' * 60_000 + b'\r\n', repeat=300)}, LATER,
     None, 0),
    ('a body without end', {'PATCH': raw(
        b'HTTP/1.1 204 x\r\nUpload-Offset: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 1)}, ACCEPTED, None),
    ('an error page of 40 MB', {'POST': say(200, body=b'<p>' * 13_000_000)}, LATER, None, 0),
    ('HTTP/1.0', {'protocol': 'HTTP/1.0'}, ACCEPTED, None),
    ('1xx with headers of its own', {'PATCH': before(OFFSET_IN_1XX)}, ACCEPTED, None),
    ('answers without TLS', {'tls': None}, LATER, None, 0),
    ('TLS 1.1', {'version': ssl.TLSVersion.TLSv1_1}, LATER, None, 0),
    ('certificate for another name', {'tls': lambda where: make_tls(where, 'IP:127.0.0.2,DNS:elsewhere.example')}, STOPPED,
     'certificate', 0),
    ('certificate that is over', {'tls': lambda where: make_tls_of(where, '20200101000000Z', '20210101000000Z')}, STOPPED,
     'certificate', 0),
    ('certificate that is not valid yet', {'tls': lambda where: make_tls_of(where, '20450101000000Z', '20460101000000Z')}, STOPPED,
     'certificate', 0),
    # The receipt.
    ('receipt: 202 a few times', {'GET': lambda h, n: say(202)(h, n) if is_whole(h) and n < 6 else False},
     ACCEPTED, None),
    ('receipt: 202 for long', {'GET': lambda h, n: say(202)(h, n) if is_whole(h) else False}, CHECKED, None),
    ('receipt: lost, all bytes are there', {'GET': lambda h, n: say(404)(h, n)}, CHECKED, None),
    ('receipt: "received" for long', {'received': ALWAYS}, CHECKED, None),
    ('receipt: empty', {'receipt': b''}, CHECKED, 'protocol'),
    ('receipt: a page', {'receipt': b'<html>Welcome</html>'}, CHECKED, 'protocol'),
    ('receipt: a page, for a while', {'GET': lambda h, n: say(200, body=PAGE)(h, n) if is_whole(h) and n < 4 else False},
     ACCEPTED, None),
    ('receipt: without end', {'receipt': b'0' * 3_000_000}, CHECKED, 'protocol'),
    ('receipt: signed, and no JSON', {'receipt': lambda c: b'{"type": "urn:example:sub'}, FORGED, 'forged-receipt'),
    ('receipt: signed, JSON of another shape', {'receipt': lambda c: b'[[[[1]]]]'}, FORGED, 'forged-receipt'),
    ('receipt: two words for one', {'receipt': twice}, FORGED, 'forged-receipt'),
    ('receipt: of another archive', {'receipt': lambda c: c['archive'].update(sha256='0' * 64)}, FORGED, 'forged-receipt'),
    ('receipt: of another size', {'receipt': lambda c: c['archive'].update(size=SIZE)}, FORGED, 'forged-receipt'),
    ('receipt: size in words', {'receipt': lambda c: c['archive'].update(size='all')}, FORGED, 'forged-receipt'),
    ('receipt: status that nobody knows', {'receipt': lambda c: c.update(status='adored')}, FORGED, 'forged-receipt'),
    ('receipt: of another kind', {'receipt': lambda c: c.update(type='urn:example:love-letter')}, FORGED, 'forged-receipt'),
    ('receipt: accepted, without a verification', {'receipt': lambda c: c.pop('verification') and None}, FORGED, 'forged-receipt'),
    ('receipt: accepted, without a code', {'receipt': lambda c: c['verification'].pop('code') and None}, FORGED,
     'forged-receipt'),
    ('receipt: a code that is 0 in 32 bits', {'receipt': lambda c: c['verification'].update(code=1 << 32)}, FORGED,
     'forged-receipt'),
    ('receipt: a mark before it', {'receipt': lambda c: b'\xef\xbb\xbf' + json.dumps(c).encode()}, FORGED, 'forged-receipt'),
    ('receipt: another object after it', {'receipt': lambda c: json.dumps(c).encode() * 2}, FORGED, 'forged-receipt'),
    ('receipt: refused', {'receipt': refuse_later}, REFUSED, 'refused'),
]


def tell(where, small, digest, row):
    name, answers, (code, state), reason, most = (*row, 1)[:5]
    server = OddServer(where, **answers)
    server.server.odd, server.sha256 = server, digest
    folder_of_state = os.path.join(where, 'state')
    result = send(server, small, folder_of_state, max_wait=2 if code == 75 else 30)
    kept = [each for each in os.listdir(folder_of_state) if each.endswith('.receipt.p7m')]
    server.stop()
    # Whoever ends it may find it between two waits, as it tries again.
    tries = state == 'waiting' and result.state == 'sending' and 'until' in result.err
    good = (result.code == code and (tries or (result.state == state and reason in (None, result.reason)))
            and server.uploads <= most)
    check(f'{name}: {state}', good, f'{result}; {server.uploads} uploads')
    wanted = state in ('accepted', 'refused') or name.startswith('receipt: "received"')
    if sha256(small) != digest or len(kept) != (1 if wanted else 0):
        check(f'{name}: the archive stays, and what convinces', False, str(kept))
    if (state == 'accepted') != (result.json.get('receiptStatus') == 'accepted') or (
            state in ('stopped', 'refused') and result.json.get('nextTry') is not None):
        check(f'{name}: nothing is called accepted that is not, no wait without an end', False, result.out)
    told = result.out + result.err + log_of(folder_of_state)
    if leaks(result.err) or any(ord(c) < 32 and c not in '\n\r\t' for c in told) or os.path.dirname(small) in log_of(folder_of_state):
        check(f'{name}: what is told is clean', False, repr(told))


def story_replay(where, small, key):
    """Receipts that were true once, or for somebody else."""
    digest = sha256(small)
    other = make_archive(os.path.join(where, 'other.asice'), *key, size=1000, seed=2)
    stranger = make_key(where, 'stranger', 'Odd Module')
    server = OddServer(os.path.join(where, 'a'))
    server.sha256 = sha256(other)
    result = send(server, other, os.path.join(where, 'sa'))
    check('an archive is accepted', result.code == 0, str(result))
    with open(result.json['receipt'], 'rb') as stream:
        old = stream.read()
    server.answers['receipt'], server.sha256 = old, digest
    server.got = server.length = 0
    result = send(server, small, os.path.join(where, 'sb'))
    check('its receipt, replayed for another one, is forged', result.code == 2 and result.reason == 'forged-receipt', str(result))
    server.answers['receipt'] = lambda c: None
    honest = server.sign
    server.sign = lambda data: honest(data, *stranger)
    server.got = server.length = 0
    result = send(server, small, os.path.join(where, 'sc'))
    check('a receipt of somebody of the same name is forged', result.code == 2 and result.reason == 'forged-receipt',
          str(result))
    server.sign = honest
    server.got = server.length = 0

    state = os.path.join(where, 'sd')
    result = send(server, small, state)
    uploads = server.uploads
    check('the same archive is accepted in the end', result.code == 0, str(result))
    server.answers['receipt'] = refuse_later
    result = send(server, small, state, '--again')
    check('"refused" after "accepted" is not even asked for', result.code == 0 and result.state == 'accepted', str(result))
    os.remove(os.path.join(state, 'delivery.state'))
    result = send(server, small, state)
    check('and does not count when the state was lost', result.code == 0 and result.state == 'accepted'
          and server.uploads == uploads, str(result))
    check('the receipt that accepts is kept', result.json.get('receiptStatus') == 'accepted', result.out)
    server.stop()


def main():
    wanted = os.environ.get('STORY')
    with folder() as where:
        key = make_key(where, 'expert', 'Practice Expert')
        small = make_archive(os.path.join(where, 'small.asice'), *key, size=SIZE, seed=9)
        digest = sha256(small)
        def try_row(number):
            try:
                tell(os.path.join(where, f'row{number}'), small, digest, ROWS[number])
            except Exception as error:  # pylint: disable=broad-except
                check(ROWS[number][0], False, f'{type(error).__name__}: {error}')
        # They wait more than they work.
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(try_row, [n for n, row in enumerate(ROWS) if not wanted or wanted in row[0]]))
        if not wanted or wanted == 'replay':
            story_replay(where, small, key)
    finish()


main()
