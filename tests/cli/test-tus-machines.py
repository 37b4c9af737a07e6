#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two machines of data/module/tus-server share a bucket of S3 and the locks of one Redis: an upload goes on at the other one, one
machine at a time writes, any of them does the job, and there is one receipt. S3 is
moto here; without Redis, npm or pip it says so."""
import base64
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

from story import (Link, check, finish, folder, free_port, log_of, make_archive, make_key, node_program, run, send,
                   send_in_background, sha256, skip, start, stop, wait_for)
from tus_server import SOURCE, TusServer

BUCKET = 'palermo'
S3 = 'moto[server,s3]==5.2.1'


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) == 0


class Cloud:
    """A bucket and a Redis, on this computer."""

    def __init__(self, where, s3):
        self.s3, self.redis = free_port(), free_port()
        self.processes = [
            start([s3, '-H', '127.0.0.1', '-p', str(self.s3)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
            start(['redis-server', '--bind', '127.0.0.1', '--port', str(self.redis), '--save', '', '--appendonly', 'no',
                   '--dir', where, '--loglevel', 'warning'], stdout=subprocess.DEVNULL)]
        if not wait_for(lambda: is_open(self.s3) and is_open(self.redis)):
            raise RuntimeError('S3 or Redis does not start')
        self.ask('PUT', f'/{BUCKET}')

    def words(self):
        return ['--s3-bucket', BUCKET, '--s3-endpoint', f'http://127.0.0.1:{self.s3}', '--redis', f'redis://127.0.0.1:{self.redis}']

    def ask(self, method, path):
        connection = http.client.HTTPConnection('127.0.0.1', self.s3, timeout=30)
        try:
            # moto does not verify signatures, but gives nothing to whoever has none.
            connection.request(method, path, headers={'Authorization': 'AWS4-HMAC-SHA256 Credential=practice/20260101/us-east-1/s3/aws4_request, '
                                                      'SignedHeaders=host, Signature=none'})
            answer = connection.getresponse()
            body = answer.read()
            return body if answer.status == 200 else None
        finally:
            connection.close()

    def names(self, under=''):
        """The objects below a prefix, or those below none."""
        found = re.findall('<Key>([^<]*)</Key>', self.ask('GET', f'/{BUCKET}?list-type=2').decode())
        return sorted(os.path.basename(name) for name in found if os.path.dirname(name) == under)

    def read(self, name):
        return self.ask('GET', f'/{BUCKET}/{name}')

    def stop(self):
        for process in self.processes:
            stop(process)


def make_s3(where):
    """Returns a server that speaks S3; or None and why it cannot be had here."""
    place = os.path.join(where, 'moto')
    if not shutil.which('redis-server'):
        return None, 'redis-server is not installed'
    try:
        done = run([sys.executable, '-m', 'venv', place], timeout=120)
        if done.returncode == 0:
            done = run([os.path.join(place, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', S3],
                       timeout=120)
    except subprocess.TimeoutExpired:
        return None, f'pip cannot get {S3} within two minutes'
    return (os.path.join(place, 'bin', 'moto_server'), None) if done.returncode == 0 else (None, f'no {S3}: {done.stderr.strip()[-200:]}')


class Machines:
    """Machines that are alike but for their folders."""

    def __init__(self, program, where, cloud):
        self.program, self.where, self.cloud = program, where, cloud
        os.makedirs(where)

    def start(self, name, *more, **env):
        place = os.path.join(self.where, name)
        if not os.path.isdir(place) and name != 'a':
            shutil.copytree(os.path.join(self.where, 'a'), place, ignore=shutil.ignore_patterns('fetched', 'receipts', 'archives'))
        return TusServer(self.program, place, *self.cloud.words(), *more,
                         AWS_ACCESS_KEY_ID='practice', AWS_SECRET_ACCESS_KEY='practice', **env)


def connect(server):
    context = ssl.create_default_context(cafile=server.ready['ca'])
    return http.client.HTTPSConnection('127.0.0.1', int(server.url.split(':')[2].split('/')[0]), context=context, timeout=60)


def ask(server, method, path, token=None, **headers):
    """(status, headers, body)"""
    connection = connect(server)
    try:
        connection.request(method, path, None, {'Tus-Resumable': '1.0.0', 'Authorization': f'Bearer {token or server.token}',
                                                **{name.replace('_', '-'): value for name, value in headers.items()}})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def story_of_the_other_machine(where, machines, cloud, key):
    """The machine dies in the middle of an upload; the other one takes it on."""
    archive = make_archive(os.path.join(where, 'a.asice'), *key, size=14_000_000)
    size, digest = os.path.getsize(archive), sha256(archive)
    first, second = machines.start('a'), machines.start('b')
    link = Link(first.url, rate=6_000_000)
    real, first.url = first.url, link.url
    state = os.path.join(where, 'sa')
    sender = send_in_background(first, archive, state)
    check('an upload begins at one machine', wait_for(lambda: link.sent >= 8_000_000), link.sent)
    first.stop(signal.SIGKILL)
    link.port, link.rate = int(second.url.split(':')[2].split('/')[0]), None
    check('the sender finds its end', wait_for(lambda: sender.poll() is not None, 60))
    stop(sender)
    check('and was told of a receipt', sender.returncode == 0, sender.stderr.read()[-300:])
    log = log_of(state)
    check('on one upload, which went on', log.count('upload created') == 1 and 'going on at' in log, log)
    check('at most a part of S3 and one of ours go up twice', link.sent - size <= 1.05 * ((5 << 20) + (4 << 20)), f'{link.sent - size} bytes')
    check('the archive is in the bucket, octet by octet',
          cloud.names('archives') == [digest + '.asice'] and cloud.read(f'archives/{digest}.asice') == open(archive, 'rb').read())  # pylint: disable=consider-using-with
    check('the upload is not', wait_for(lambda: cloud.names() == []), cloud.names())
    first.url = real
    first = machines.start('a')
    receipts = [ask(server, 'GET', '/receipts/' + digest) for server in (first, second)]
    check('both machines tell the one receipt', [answer[0] for answer in receipts] == [200, 200]
          and receipts[0][2] == receipts[1][2] == cloud.read(f'receipts/{digest}.receipt.p7m'))
    again = send(second, archive, os.path.join(where, 'sa2'))
    check('the same archive once more is accepted', again.code == 0, again)
    check('with the receipt that there is', wait_for(lambda: cloud.names() == [])
          and cloud.read(f'receipts/{digest}.receipt.p7m') == receipts[0][2])
    bad = make_archive(os.path.join(where, 'bad.asice'), *key, size=300_000, seed=2)
    with open(bad, 'r+b') as stream:
        stream.seek(150_000)
        stream.write(b'altered')
    result = send(first, bad, os.path.join(where, 'sbad'))
    check('an altered archive is refused', result.code == 2 and result.state == 'refused', result)
    check('and lies in quarantine', [name[:64] for name in cloud.names('refused')] == [sha256(bad)], cloud.names('refused'))
    left = [name for place in ('a', 'b') for part in ('fetched', 'archives', 'refused')
            for name in (os.listdir(os.path.join(machines.where, place, part)) if os.path.isdir(os.path.join(machines.where, place, part)) else [])]
    check('no machine keeps any of it', left == [], left)
    link.close()
    for server in (first, second):
        server.stop()


def story_of_the_lock(machines):
    """Who holds an upload lets go when somebody else asks for it, whatever machine that is."""
    first, second = machines.start('a'), machines.start('b')
    metadata = 'sha256 ' + base64.b64encode(b'a' * 64).decode()
    status, said, _ = ask(first, 'POST', '/files', Upload_Length='20000000', Upload_Metadata=metadata)
    place = said.get('location', '')
    check('an upload is made', status == 201 and place.startswith('/files/'), status)
    check('the other machine has it, too', ask(second, 'HEAD', place)[0] == 200)
    check('for whoever made it alone', ask(second, 'HEAD', place, 'another-token')[0] == 404)
    check('and nobody reads it back', ask(second, 'GET', place)[0] == 403)
    slow = connect(first)
    slow.putrequest('PATCH', place)
    for name, value in (('Tus-Resumable', '1.0.0'), ('Authorization', f'Bearer {first.token}'), ('Upload-Offset', '0'),
                        ('Content-Type', 'application/offset+octet-stream'), ('Content-Length', '20000000')):
        slow.putheader(name, value)
    slow.endheaders()
    slow.send(b'x' * 6_000_000)
    time.sleep(1)
    began = time.monotonic()
    status, said, _ = ask(second, 'HEAD', place)
    check('a request that hangs at one machine gives way to the other', status == 200 and time.monotonic() - began < 20,
          f'{status} after {time.monotonic() - began:.1f} s')
    check('which says how far it came', 5 << 20 <= int(said.get('upload-offset', '0')) <= 6_000_000, said)
    slow.close()
    check('it is taken back at the other machine', ask(second, 'DELETE', place)[0] == 204 and ask(first, 'HEAD', place)[0] == 404)
    for server in (first, second):
        server.stop()


def story_of_lost_jobs(where, machines, cloud, key):
    """A machine cannot do its job, and dies; the other one does it."""
    broken = os.path.join(where, 'broken')
    with open(broken, 'w', encoding='ascii') as stream:
        stream.write('#!/bin/sh\necho "no sandbox here" >&2\nexit 1\n')
    os.chmod(broken, 0o755)
    archive = make_archive(os.path.join(where, 'l.asice'), *key, size=200_000, seed=4)
    digest = sha256(archive)
    first = machines.start('a', '--cli', broken)
    state = os.path.join(where, 'sl')
    result = send(first, archive, state, max_wait=3)
    check('a job that was not done leaves the sender waiting', result.code == 75, result)
    first.stop(signal.SIGKILL)
    check('the upload waits in the bucket', len([name for name in cloud.names() if name.endswith('.info')]) == 1, cloud.names())
    second = machines.start('b')
    check('another machine does the job', wait_for(lambda: digest + '.receipt.p7m' in cloud.names('receipts')))
    words = second.words(archive, state)
    result = send(second, archive, state, words=words)
    check('and tells the sender', result.code == 0 and result.state == 'accepted', result)
    check('nothing is left of the upload', wait_for(lambda: cloud.names() == []), cloud.names())
    second.stop()


def story_of_parts(where, machines, cloud, key):
    """A machine dies when all parts are in the bucket, and are no archive yet."""
    deadly = os.path.join(machines.program, 'deadly.mjs')
    with open(deadly, 'w', encoding='ascii') as stream:
        stream.write("import { S3Store } from '@tus/s3-store';\n"
                     "S3Store.prototype.finishMultipartUpload = () => process.kill(process.pid, 'SIGKILL');\n")
    archive = make_archive(os.path.join(where, 'p.asice'), *key, size=200_000, seed=5)
    digest = sha256(archive)
    first = machines.start('a', NODE_OPTIONS=f'--import=file://{deadly}')
    state = os.path.join(where, 'sp')
    result = send(first, archive, state, max_wait=2)
    check('a machine dies after the last part', result.code == 75 and wait_for(lambda: first.process.poll() == -signal.SIGKILL), result)
    first.stop()
    check('there is no archive yet', [name[-5:] for name in cloud.names()] == ['.info'], cloud.names())
    second = machines.start('b')
    check('another machine joins the parts and does the job', wait_for(lambda: digest + '.receipt.p7m' in cloud.names('receipts')))
    result = send(second, archive, state)
    check('the sender is told, and sends nothing again', result.code == 0 and log_of(state).count('upload created') == 1, result)
    check('and nothing is left', wait_for(lambda: cloud.names() == []), cloud.names())
    second.stop()


def main():
    with folder() as where:
        program, why = node_program(SOURCE, where, omit='dev')
        s3, why_s3 = make_s3(where) if program else (None, None)
        if s3 is None:
            skip('tus-machines', why or why_s3)
        else:
            cloud = Cloud(where, s3)
            machines = Machines(program, os.path.join(where, 'machines'), cloud)
            key = make_key(where, 'expert', 'Practice Expert')
            for each, words in ((story_of_the_other_machine, (where, machines, cloud, key)), (story_of_the_lock, (machines,)),
                                (story_of_lost_jobs, (where, machines, cloud, key)), (story_of_parts, (where, machines, cloud, key))):
                try:
                    each(*words)
                except Exception as error:  # pylint: disable=broad-except
                    check(each.__name__, False, f'{type(error).__name__}: {error}')
            cloud.stop()
    finish()


main()
