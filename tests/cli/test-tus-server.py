#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of a delivery against the tus project's own server (@tus/server and @tus/file-store on Node 20), with
receipts that openssl signs: what palermo-cli says to palermo-module is not a language of their own."""
import json
import os
import signal

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
        check('the receipt that openssl signed speaks of this archive',
              content['archive']['sha256'] == sha256(archive) and content['verification']['indication'] == 'INDETERMINATE',
              str(content))

    result = send(server, archive, os.path.join(where, 's1'), token='wrong')
    check('a wrong token stops it', result.code == 1 and result.reason == 'not-allowed', str(result))
    bad = make_archive(os.path.join(where, 'bad.asice'), *key, size=300_000, seed=2)
    with open(bad, 'r+b') as stream:
        stream.seek(150_000)
        stream.write(b'altered')
    result = send(server, bad, os.path.join(where, 's2'))
    check('an altered archive is refused', result.code == 2 and result.state == 'refused', str(result))
    stranger, _ = make_key(where, 'stranger', 'Receiving Module (practice)')
    words = server.words(archive, os.path.join(where, 's3'))
    words[words.index('--module-cert') + 1] = stranger
    result = send(server, archive, '', words=words)
    check('a receipt that another key should have signed is forged', result.code == 2 and result.reason == 'forged-receipt',
          str(result))
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
            for each in (story, story_of_kills):
                try:
                    each(where, program, key)
                except Exception as error:  # pylint: disable=broad-except
                    check(each.__name__, False, f'{type(error).__name__}: {error}')
    finish()


main()
