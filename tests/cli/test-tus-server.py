#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of a delivery against the tus project's own server (@tus/server and @tus/file-store on Node 20), with
palermo-cli receive as its job: what palermo-cli says to palermo-module is not a language of their own."""
import base64
import http.client
import json
import os
import signal
import ssl

from story import (Link, check, finish, folder, free_port, log_of, make_archive, make_key, node_program, openssl, send,
                   send_in_background, sha256, skip, stop, wait_for)
from tus_server import SOURCE, TusServer

def over(link, module, archive, state):
    words = module.words(archive, state)
    words[words.index('--endpoint') + 1] = link.url
    return words


def story(where, program, key):
    archive = make_archive(os.path.join(where, 'a.asice'), *key)
    size = os.path.getsize(archive)
    server = TusServer(program, os.path.join(where, 'm'))
    link = Link(server.url)
    link.cut_after = 2_500_000
    state = os.path.join(where, 's')
    result = send(server, archive, state, words=over(link, server, archive, state))
    check('an upload with a break in the middle is accepted', result.code == 0 and result.state == 'accepted', str(result))
    check('on one upload', log_of(state).count('upload created') == 1 and 'going on at' in log_of(state), log_of(state))
    check('no more than one part goes up twice', link.breaks == 1 and link.sent - size <= 1.05 * (2 << 20),
          f'{link.sent - size} bytes')
    link.close()
    if result.code == 0:
        content = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', result.json['receipt'], '-purpose', 'any',
                                     '-CAfile', server.ready['moduleCertificate']))
        check('the receipt speaks of this archive, and openssl reads it',
              content['archive']['sha256'] == sha256(archive) and content['verification']['indication'] == 'INDETERMINATE',
              str(content))
        check('the archive is filed away', os.path.exists(os.path.join(server.where, 'archives', sha256(archive) + '.asice')))

    result = send(server, archive, os.path.join(where, 's1'), token='wrong')
    check('a wrong token stops it', result.code == 1 and result.reason == 'not-allowed', str(result))
    bad = make_archive(os.path.join(where, 'bad.asice'), *key, size=300_000, seed=2)
    with open(bad, 'r+b') as stream:
        stream.seek(150_000)
        stream.write(b'altered')
    result = send(server, bad, os.path.join(where, 's2'))
    check('an altered archive is refused', result.code == 2 and result.state == 'refused', str(result))
    check('and lies in quarantine', any(name.startswith(sha256(bad)) for name in os.listdir(os.path.join(server.where, 'refused'))))
    stranger, _ = make_key(where, 'stranger', 'Receiving Module (practice)')
    words = server.words(archive, os.path.join(where, 's3'))
    words[words.index('--module-cert') + 1] = stranger
    result = send(server, archive, '', words=words)
    check('a receipt that another key should have signed is forged', result.code == 2 and result.reason == 'forged-receipt',
          str(result))
    server.stop()


def ask(server, method, path, token, body=None, **headers):
    """One request as somebody who may not be who made the upload: (status, headers)."""
    context = ssl.create_default_context(cafile=server.ready['ca'])
    connection = http.client.HTTPSConnection('127.0.0.1', int(server.url.split(':')[2].split('/')[0]), context=context, timeout=20)
    try:
        connection.request(method, path, body, {'Tus-Resumable': '1.0.0', 'Authorization': f'Bearer {token}',
                                                **{name.replace('_', '-'): value for name, value in headers.items()}})
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def story_of_owners(where, program, _key):
    server = TusServer(program, os.path.join(where, 'o'))

    def metadata(**values):
        return ','.join(f'{name} {base64.b64encode(value.encode()).decode()}' for name, value in values.items())
    mine, other, part = server.token, 'another-token', {'Content_Type': 'application/offset+octet-stream', 'Upload_Offset': '0'}
    status, said = ask(server, 'POST', '/files', mine, Upload_Length='10', Upload_Metadata=metadata(sha256='a' * 64, owner='x', certificate='y'))
    place = said.get('location', '')
    check('an upload is made, by a path alone', status == 201 and place.startswith('/files/'), (status, said))
    check('for whoever made it, it is there', ask(server, 'HEAD', place, mine)[0] == 200)
    answers = [ask(server, 'HEAD', place, other)[0], ask(server, 'PATCH', place, other, b'12345', **part)[0], ask(server, 'DELETE', place, other)[0]]
    check('for somebody else it is not', answers == [404, 404, 404], answers)
    check('and nothing of theirs came in', ask(server, 'HEAD', place, mine)[1].get('upload-offset') == '0')
    check('nobody reads it back', ask(server, 'GET', place, mine)[0] == 403)
    check('nor without a token', ask(server, 'HEAD', place, 'wrong')[0] == 401)
    check('an upload without its digest is not taken', ask(server, 'POST', '/files', mine, Upload_Length='10')[0] == 400)
    status = ask(server, 'POST', '/files', mine, Upload_Length=str(2 ** 40), Upload_Metadata=metadata(sha256='b' * 64))[0]
    check('nor one that is too long', status == 413, status)
    answers = [ask(server, method, '/receipts/' + name, mine)[0] for method, name in
               (('GET', 'c' * 64), ('GET', '../' + 'c' * 61), ('GET', '..%2f..%2ftoken'), ('PUT', 'c' * 64))]
    check('receipts that are not there', answers == [404] * 4, answers)
    check('who made it may take it back', ask(server, 'DELETE', place, mine)[0] == 204 and ask(server, 'HEAD', place, mine)[0] == 404)
    server.stop()


def story_of_lost_jobs(where, program, key):
    """The job of a finished upload did not come to its end: it is done at the next start."""
    archive = make_archive(os.path.join(where, 'l.asice'), *key, size=200_000, seed=4)
    server = TusServer(program, os.path.join(where, 'l'))
    result = send(server, archive, os.path.join(where, 'sl'))
    check('an archive arrives', result.code == 0, str(result))
    server.stop(signal.SIGKILL)
    receipt = os.path.join(server.where, 'receipts', sha256(archive) + '.receipt.p7m')
    os.unlink(receipt)
    server = TusServer(program, os.path.join(where, 'l'))
    check('a receipt that was lost is made at the next start', wait_for(lambda: os.path.exists(receipt)))
    server.stop()

    # What stands before palermo-cli and does not start it ends with 1, as does an archive of somebody unknown.
    broken = os.path.join(where, 'broken')
    with open(broken, 'w', encoding='ascii') as stream:
        stream.write('#!/bin/sh\necho "no sandbox here" >&2\nexit 1\n')
    os.chmod(broken, 0o755)
    archive = make_archive(os.path.join(where, 'Réponse سؤال.asice'), *key, size=200_000, seed=6)
    state = os.path.join(where, 'sb')
    server = TusServer(program, os.path.join(where, 'l'), '--cli', broken)
    result = send(server, archive, state, max_wait=3)
    check('a job that was not done leaves the sender waiting', result.code == 75, str(result))
    check('and it is asked for no second upload', log_of(state).count('upload created') == 1, log_of(state))
    server.stop()
    check('the server says that there is no receipt, and why', 'no receipt yet' in server.errors and 'no sandbox here' in server.errors, server.errors)
    server = TusServer(program, os.path.join(where, 'l'), LC_ALL='C')
    result = send(server, archive, state)
    check('the next start does it, with a name in letters of others and no locale', result.code == 0 and result.state == 'accepted', str(result))
    server.stop()


def story_of_kills(where, program, key):
    archive = make_archive(os.path.join(where, 'k.asice'), *key, seed=3)
    port = free_port()
    server = TusServer(program, os.path.join(where, 'k'), port=port)
    link = Link(server.url, rate=2_000_000)
    state = os.path.join(where, 'sk')
    real, server.url = server.url, link.url
    sender = send_in_background(server, archive, state)
    check('a thin link carries the first parts', wait_for(lambda: server.received() >= 1_500_000))
    stop(sender, signal.SIGKILL)
    server.stop(signal.SIGKILL)
    server = TusServer(program, os.path.join(where, 'k'), port=port)
    link.rate = None
    check('the server is there again', server.url == real)
    server.url = link.url
    result = send(server, archive, state)
    log = log_of(state)
    check('after kill -9 of sender and server it goes on', result.code == 0 and result.state == 'accepted', str(result))
    check('on the same upload', log.count('upload created') == 1 and 'going on at' in log, log)
    link.close()
    server.stop()


def main():
    with folder() as where:
        program, why = node_program(SOURCE, where)
        if program is None:
            skip('tus-server', why)
        else:
            key = make_key(where, 'expert', 'Practice Expert')
            for each in (story, story_of_owners, story_of_lost_jobs, story_of_kills):
                try:
                    each(where, program, key)
                except Exception as error:  # pylint: disable=broad-except
                    check(each.__name__, False, f'{type(error).__name__}: {error}')
    finish()


main()
