#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where archives go: an operator's endpoint file, from its making to an archive that is accepted through it; what
no endpoint may say; a proxy that is used when it is set and never otherwise; a cap on the speed."""
import base64
import contextlib
import json
import os
import pty
import shutil
import socket
import threading
import time

from story import (CLI, Link, Module, check, environment, finish, folder, free_port, leaks, log_of, make_archive,
                   make_key, openssl, run, send)


class Proxy:
    """A proxy that knows CONNECT and nothing else; it notes what it was asked and what it was told."""

    def __init__(self, login=None):
        self.login, self.asked, self.heard, self.up = login, [], [], 0
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self.listener.getsockname()[1]}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        head = b''
        with contextlib.suppress(OSError), near:
            while b'\r\n\r\n' not in head and (data := near.recv(65536)):
                head += data
            text = head.decode('latin-1')
            self.heard.append(text)
            self.asked.append(text.split('\r\n')[0])
            wanted = 'Basic ' + base64.b64encode(self.login.encode()).decode() if self.login else None
            if wanted and f'Proxy-Authorization: {wanted}' not in text:
                near.sendall(b'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="p"\r\n'
                             b'Content-Length: 0\r\nConnection: close\r\n\r\n')
                return
            host, port = text.split(' ')[1].rsplit(':', 1)
            far = socket.create_connection((host, int(port)), timeout=10)
            near.sendall(b'HTTP/1.1 200 Go on\r\nUpload-Offset: 99\r\n\r\n')
            back = threading.Thread(target=self.carry, args=(far, near, False), daemon=True)
            back.start()
            self.carry(near, far, True)
            back.join()

    def carry(self, source, target, is_up):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.up += len(data) if is_up else 0
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()


class Desk:
    """palermo-cli as a person with a home of their own."""

    def __init__(self, where):
        self.where = where
        self.env = environment(XDG_DATA_HOME=os.path.join(where, 'home'), HOME=where)

    def run(self, *words, **options):
        return run([CLI, *words], env=self.env, **options)

    def send(self, archive, endpoint, state, *more, **options):
        done = self.run('send', archive, '--endpoint', endpoint, '--state', state, '--json', '--max-wait', '60', *more,
                        **options)
        done.json = json.loads(done.stdout) if done.stdout.strip() else {}
        done.said = (done.returncode, done.json.get('state'), done.json.get('reason'))
        return done


def make(desk, out, module, operator, *more, name='Practice Module', url=None):
    return desk.run('endpoint', 'make', '-o', out, '--url', url or module.url, '--name', name, '--module-cert',
                    module.ready['moduleCertificate'], '--ca', module.ready['ca'], '--practice', '--key',
                    f'{operator[1]}+{operator[0]}', *more)


def fingerprint(certificate):
    text = openssl('x509', '-in', certificate, '-noout', '-fingerprint', '-sha256').decode()
    return text.split('=')[1].strip().replace(':', '').lower()


def pipe(text):
    reader, writer = os.pipe()
    os.write(writer, text.encode() + b'\n')
    os.close(writer)
    return reader


def story_add(where, desk, module, operator, archive):
    path, token = os.path.join(where, 'module.asice'), os.path.join(where, 'token')
    with open(token, 'w', encoding='ascii') as stream:
        stream.write(module.token + '\n')
    done = make(desk, path, module, operator, '--auth', 'token', '--name', 'ar=وحدة التدريب', '--max-bytes', '50000000')
    check('an operator makes an endpoint file', done.returncode == 0 and os.path.exists(path), done.stderr)
    verified = json.loads(desk.run('verify', path, '--json').stdout)
    check('it is a package that everybody can verify', verified['code'] == 1 and len(verified['signatures']) == 1,
          str(verified)[:300])

    shown = json.loads(desk.run('endpoint', 'show', path, '--json').stdout)
    check('it says where to, in several languages, and who signed it',
          shown['url'] == module.url and shown['names']['ar'] == 'وحدة التدريب' and shown['standing'] == 'new'
          and shown['fingerprint'] == fingerprint(operator[0])
          and shown['moduleFingerprint'] == fingerprint(module.ready['moduleCertificate']), str(shown))
    plain = desk.run('endpoint', 'show', path).stdout
    spoken = ' '.join(fingerprint(operator[0]).upper()[i:i + 8] for i in range(0, 64, 8))
    check('fingerprints are shown as eight groups', spoken in plain, plain)

    done = desk.run('endpoint', 'add', path)
    check('nothing is added before somebody said yes', done.returncode == 1 and spoken in done.stdout
          and json.loads(desk.run('endpoint', 'list', '--json').stdout) == [], done.stderr)
    done = desk.run('endpoint', 'add', path, '--signer', '0' * 64)
    check('a wrong fingerprint is no yes', done.returncode == 1
          and json.loads(desk.run('endpoint', 'list', '--json').stdout) == [], done.stderr)
    done = desk.run('endpoint', 'add', path, '--signer', spoken)
    check('the fingerprint as it is read out is a yes', done.returncode == 0, done.stderr)
    check('and twice is no harm', desk.run('endpoint', 'add', path, '--signer', spoken).returncode == 0)

    for name in (operator[0], path):
        shutil.copy(name, name + '.kept')
        os.remove(name)
    done = desk.send(archive, 'practice module', os.path.join(where, 's-no-token'))
    check('without the token the module does not let us in', done.said == (1, 'stopped', 'not-allowed'), str(done.said))
    check('a token file is noted, not copied', desk.run('endpoint', 'set', 'Practice Module', '--token-file',
                                                       token).returncode == 0)
    state = os.path.join(where, 's-token')
    done = desk.send(archive, 'Practice Module', state)
    check('an archive goes through the endpoint, whatever became of the files it came in', done.said == (0, 'accepted', 'none'),
          str(done.said) + done.stderr)
    holding = []
    for folder_name, _, files in os.walk(where):
        for name in files:
            with open(os.path.join(folder_name, name), 'rb') as stream:
                if module.token.encode() in stream.read():
                    holding.append(os.path.relpath(os.path.join(folder_name, name), where))
    check('the token is in no file of ours', sorted(holding) == sorted(['token', 'm-token/token']), str(holding))
    for name in (operator[0], path):
        shutil.move(name + '.kept', name)

    small = make(desk, os.path.join(where, 'small.asice'), module, operator, '--auth', 'token', '--max-bytes', '1048576',
                 '--newer-than', path)
    check('a newer file of the same endpoint is made', small.returncode == 0, small.stderr)
    newer = json.loads(desk.run('endpoint', 'show', os.path.join(where, 'small.asice'), '--json').stdout)
    check('and known as such', newer['standing'] == 'newer' and newer['id'] == shown['id'], str(newer))
    desk.run('endpoint', 'add', os.path.join(where, 'small.asice'), '--signer', fingerprint(operator[0]))
    done = desk.send(archive, 'Practice Module', os.path.join(where, 's-small'))
    check('an archive above the limit of the endpoint stays here', done.said == (4, 'stopped', 'too-large')
          and 'upload created' not in log_of(os.path.join(where, 's-small')), str(done.said))
    done = desk.run('endpoint', 'add', path, '--signer', fingerprint(operator[0]))
    check('an older file changes nothing', done.returncode == 1 and 'newer' in done.stderr, done.stderr)

    thief = make_key(where, 'thief', 'Operator')
    stolen = os.path.join(where, 'stolen.asice')
    make(desk, stolen, module, thief, '--newer-than', path, url=f'https://127.0.0.1:{free_port()}/files/')
    done = desk.run('endpoint', 'add', stolen, '--signer', fingerprint(thief[0]))
    check('another key does not replace it by itself', done.returncode == 1
          and json.loads(desk.run('endpoint', 'list', '--json').stdout)[0]['url'] == module.url, done.stderr)
    done = desk.run('endpoint', 'add', stolen, '--signer', fingerprint(thief[0]), '--accept-other-key')
    check('only if somebody says so twice', done.returncode == 0
          and json.loads(desk.run('endpoint', 'list', '--json').stdout)[0]['url'] != module.url, done.stderr)
    check('an endpoint is forgotten with all that was kept', desk.run('endpoint', 'forget', shown['id']).returncode == 0
          and not os.path.exists(os.path.join(where, 'home', 'palermo', 'endpoints', shown['id'])))
    done = desk.send(archive, 'Practice Module', os.path.join(where, 's-gone'))
    check('what is not here is said', done.returncode == 1 and 'endpoint list' in done.stderr, done.stderr)


def at_terminal(words, env, secret):
    """Runs words at a terminal of its own and types secret when it is asked for; what stood there."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(words[0], words, env)
    shown = b''
    try:
        while True:
            shown += os.read(terminal, 1000)
            if b'Passphrase' in shown and secret:
                os.write(terminal, secret.encode() + b'\n')
                secret = None
    except OSError:  # it ended
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode(errors='replace')


def with_typed_passphrase(desk, sealed):
    """The copy is sealed with what was typed, not left open."""
    code, shown = at_terminal([CLI, 'endpoint', 'set', 'Certificate Module', '--client', sealed], desk.env, 'open sesame')
    check('a passphrase may be typed, and is not shown', code == 0 and 'open sesame' not in shown, shown)


def story_client(where, desk, operator, archive):
    client = make_key(where, 'client', 'Ministry of Practicia')
    sealed = os.path.join(where, 'client.p12')
    openssl('pkcs12', '-export', '-in', client[0], '-inkey', client[1], '-out', sealed, '-passout', 'pass:open sesame')
    module = Module(os.path.join(where, 'm-client'), '--client-ca', client[0])
    path = os.path.join(where, 'client.asice')
    make(desk, path, module, operator, '--auth', 'client-certificate', name='Certificate Module')
    desk.run('endpoint', 'add', path, '--signer', fingerprint(operator[0]))
    done = desk.send(archive, 'Certificate Module', os.path.join(where, 's-none'))
    check('without our certificate nothing is tried', done.returncode == 66 and 'endpoint set' in done.stderr, done.stderr)
    fd = pipe('open sesame')
    done = desk.run('endpoint', 'set', 'Certificate Module', '--client', sealed, '--pin-fd', str(fd), pass_fds=(fd,))
    os.close(fd)
    check('our certificate is kept with the endpoint', done.returncode == 0, done.stderr)
    with_typed_passphrase(desk, sealed)
    done = desk.run('endpoint', 'set', 'Certificate Module', '--client', 'pkcs11:token=none;object=none')
    check('a key on a token is not kept, and no PIN is wasted on it', done.returncode == 66 and 'token cannot be kept' in done.stderr
          and 'Choose another key' in done.stderr, done.stderr)
    os.remove(sealed)
    kept = [os.path.join(root, name) for root, _, names in os.walk(desk.env['XDG_DATA_HOME']) for name in names
            if name == 'client.p12']
    check('for its owner alone, and sealed', len(kept) == 1 and os.stat(kept[0]).st_mode & 0o077 == 0
          and run(['openssl', 'pkcs12', '-in', kept[0], '-noout', '-passin', 'pass:']).returncode != 0, str(kept))
    for words, expected in ((('wrong one', 's-wrong'), (1, 'stopped', 'certificate')),
                            (('open sesame', 's-client'), (0, 'accepted', 'none'))):
        fd = pipe(words[0])
        done = desk.send(archive, 'Certificate Module', os.path.join(where, words[1]), '--pin-fd', str(fd), pass_fds=(fd,))
        os.close(fd)
        check(f'with the passphrase "{words[0]}": {expected[1]}', done.said == expected, str(done.said) + done.stderr)
    module.stop()


def story_refused(where, desk, module, operator):
    out = os.path.join(where, 'never.asice')
    rsa = os.path.join(where, 'rsa.pem')
    openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-days', '30', '-subj', '/CN=Old', '-keyout',
            os.path.join(where, 'rsa-key.pem'), '-out', rsa)
    two = os.path.join(where, 'two.pem')
    with open(two, 'w', encoding='ascii') as stream:
        for _ in range(2):
            with open(operator[0], encoding='ascii') as source:
                stream.write(source.read())
    rows = [
        ('an http address', {'url': 'http://127.0.0.1:1/files/'}, ()),
        ('a password in the address', {'url': 'https://a:b@127.0.0.1:1/files/'}, ()),
        ('a fragment', {'url': 'https://127.0.0.1:1/files/#x'}, ()),
        ('practice elsewhere', {'url': 'https://module.example/files/'}, ()),
        ('an RSA key of 1024 bits for the module', {}, ('--module-cert', rsa)),
        ('two certificates for the server', {}, ('--ca', two)),
        ('a key for a certificate', {}, ('--ca', operator[1])),
        ('a name of control characters', {'name': 'a\x1bb'}, ()),
        ('a limit below any part', {}, ('--max-part-bytes', '1000')),
        ('an end before the beginning', {}, ('--valid-until', '2020-01-01T00:00:00Z')),
    ]
    for title, options, more in rows:
        done = make(desk, out, module, operator, *more, **options)
        check(f'not made: {title}', done.returncode == 3 and not os.path.exists(out), f'{done.returncode} {done.stderr}')
    done = desk.run('endpoint', 'make', '-o', out, '--url', 'https://127.0.0.1:1/f', '--name', 'x', '--module-cert',
                    module.ready['moduleCertificate'], '--key', f'{operator[1]}+{operator[0]}')
    check('not made: this computer, and not for practice', done.returncode == 3, done.stderr)
    early = os.path.join(where, 'early.asice')
    make(desk, early, module, operator, '--valid-from', '2099-01-01T00:00:00Z', name='Early')
    desk.run('endpoint', 'add', early, '--signer', fingerprint(operator[0]))
    done = desk.send(early, 'Early', os.path.join(where, 's-early'))
    check('nothing goes to an endpoint before its time', done.returncode == 1 and 'not in service yet' in done.stderr,
          done.stderr)
    submission = make_archive(os.path.join(where, 'submission.asice'), *operator, size=1000)
    check('an archive of another kind is no endpoint', desk.run('endpoint', 'show', submission).returncode == 3)
    for number, payload in enumerate(({'data/package.json': b'{"kind":"endpoint"}', 'data/x': b''},
                                      {'data/package.json': b'{"kind":"endpoint"}', 'data/endpoint.json': b'{"format":'})):
        odd = make_archive(os.path.join(where, f'odd{number}.asice'), *operator, payload=payload)
        check(f'a package that says too little is refused ({number})', desk.run('endpoint', 'show', odd).returncode == 3)
    flipped = bytearray(open(early, 'rb').read())
    flipped[len(flipped) // 2] ^= 4
    with open(out, 'wb') as stream:
        stream.write(flipped)
    check('a changed endpoint file is refused', desk.run('endpoint', 'show', out).returncode in (2, 3))


def story_proxy(where, module, archive):
    token = module.token

    def go(name, *more, env=None, fds=()):
        words = module.words(archive, os.path.join(where, name)) + list(more)
        fd = pipe(token)
        done = run([CLI, *words, '--token-fd', str(fd), '--max-wait', '30'], pass_fds=(fd, *fds),
                   env={**environment(), **(env or {})})
        os.close(fd)
        return done

    def said(done):
        return json.loads(done.stdout).get('state') if done.stdout.strip() else done.stderr

    proxy = Proxy()
    done = go('s-proxy', '--proxy', proxy.url)
    port = module.url.split(':')[2].split('/')[0]
    check('through the proxy that was set', said(done) == 'accepted' and set(proxy.asked) == {f'CONNECT 127.0.0.1:{port} HTTP/1.1'}
          and proxy.up > os.path.getsize(archive), f'{said(done)} {proxy.asked} {done.stderr}')
    check('the proxy is told no secret and nothing of the archive',
          not any(token in text or 'Authorization' in text or 'Upload' in text for text in proxy.heard), str(proxy.heard))
    n_before = len(proxy.asked)
    done = go('s-none', '--proxy', 'none', env={'https_proxy': proxy.url, 'ALL_PROXY': proxy.url})
    check('no proxy is asked when none is to be', said(done) == 'accepted' and len(proxy.asked) == n_before, str(proxy.asked))
    proxy.close()

    guarded = Proxy(login='desk:secret of the proxy')
    done = go('s-407', '--proxy', guarded.url)
    check('a proxy that wants a password: a person has to look', done.returncode == 1
          and json.loads(done.stdout)['reason'] == 'proxy', done.stdout + done.stderr)
    fd = pipe('desk:secret of the proxy')
    done = go('s-login', '--proxy', guarded.url, '--proxy-password-fd', str(fd), fds=(fd,))
    os.close(fd)
    check('with name and password it lets us through', said(done) == 'accepted', done.stderr)
    check('which are in no state or log', 'secret of the proxy' not in log_of(os.path.join(where, 's-login'))
          and 'secret of the proxy' not in done.stderr + done.stdout)
    guarded.close()
    for odd in ('http://a:b@127.0.0.1:1', 'ftp://127.0.0.1:1', '127.0.0.1:1', 'http://127.0.0.1:1/x'):
        check(f'no proxy address: {odd}', go('s-odd', '--proxy', odd).returncode == 64)


def story_cap(where, module, key):
    """The bounds are wide: it is told apart from no cap at all, and no more."""
    archive = make_archive(os.path.join(where, 'capped.asice'), *key, size=1_500_000, seed=7)
    link = Link(module.url)
    words = module.words(archive, os.path.join(where, 's-cap'))
    words[words.index('--endpoint') + 1] = link.url
    began = time.monotonic()
    result = send(module, archive, None, '--max-rate', '500000', words=words)
    took = time.monotonic() - began
    check('a cap slows an upload and lets it arrive', result.state == 'accepted' and took > 1 and link.sent > 1_500_000,
          f'{result} {took} {link.sent}')
    link.close()


def main():
    with folder() as where:
        operator = make_key(where, 'operator', 'Operator of the practice module')
        desk = Desk(where)
        archive = make_archive(os.path.join(where, 'archive.asice'), *operator, size=3_000_000)
        module = Module(os.path.join(where, 'm-token'), token='practice-token-123')
        story_add(where, desk, module, operator, archive)
        story_refused(where, desk, module, operator)
        story_client(where, desk, operator, archive)
        story_proxy(where, module, make_archive(os.path.join(where, 'proxied.asice'), *operator, size=400_000, seed=5))
        story_cap(where, module, operator)
        module.stop()
        check('the module ran clean', not leaks(module.errors), module.errors[-1000:])
    finish()


if __name__ == '__main__':
    main()
