# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stories share: checks that are counted, archives made without Palermo, processes that end."""
import base64
import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

CLI = os.environ['PALERMO_CLI']
MODULE = os.environ.get('PALERMO_MODULE') or os.path.join(
    os.path.dirname(os.path.dirname(CLI)), 'module', 'palermo-module')
# Quick waits, so that a story of ten breaks takes seconds; see pal_delivery_rules_get_timers().
TIMERS = 'connect_ms=5000,stall_s=2,backoff_ms=100,backoff_maximum_ms=500,step_ms=100,check_ms=100'

counts = {'passed': 0, 'failed': 0, 'skipped': 0}
started = []


def check(name, good, why=''):
    counts['passed' if good else 'failed'] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)
    return bool(good)


def skip(name, why):
    counts['skipped'] += 1
    print(f'skipped - {name}: {why}', flush=True)


def finish():
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
    text = f'{counts["passed"]} passed, {counts["failed"]} failed'
    if counts['skipped']:
        text += f', {counts["skipped"]} skipped'
    print(text)
    sys.exit(1 if counts['failed'] else 0)


def start(words, **options):
    process = subprocess.Popen(words, **options)
    started.append(process)
    return process


def stop(process, how=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(how)
    return process.wait(timeout=30)


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix='palermo-story-')
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(**more):
    """No proxy and no keyring of whoever runs the tests."""
    result = {name: value for name, value in os.environ.items() if not name.lower().endswith('_proxy')}
    result.update(PALERMO_TEST_DELIVERY_TIMERS=TIMERS, LC_ALL='C.UTF-8', DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')
    result.update(more)
    return result


def run(words, **options):
    options.setdefault('timeout', 120)
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options)


def openssl(*words, **options):
    done = subprocess.run(['openssl', *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors='replace'))
    return done.stdout


def node_program(source, where, omit='optional'):
    """Returns a copy in where of a folder with a package-lock.json, and its packages; or None and why it cannot be had here."""
    if not shutil.which('node') or not shutil.which('npm'):
        return None, 'node and npm are not installed'
    version = run(['node', '--version']).stdout.strip()
    if int(version.lstrip('v').split('.')[0]) < 20:
        return None, f'node is {version}, and 20 is needed'
    program = os.path.join(where, os.path.basename(source))
    shutil.copytree(source, program, ignore=shutil.ignore_patterns('node_modules'))
    try:
        done = run(['npm', 'ci', f'--omit={omit}', '--ignore-scripts', '--no-audit', '--no-fund',
                    '--fetch-retries=1'], cwd=program, timeout=120)
    except subprocess.TimeoutExpired:
        return None, 'npm cannot get the packages within two minutes'
    if 'EUSAGE' in done.stderr or 'EINTEGRITY' in done.stderr:
        raise RuntimeError(done.stderr.strip()[-300:])  # the lock file itself is wrong
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith('npm err')]
        return None, 'npm cannot get the packages: ' + ' '.join(said[:4])[:200]
    return program, None


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as stream:
        for block in iter(lambda: stream.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def make_key(where, name, subject):
    """A P-256 key with a self-signed certificate, as an expert's of package-format 4."""
    certificate, key = os.path.join(where, name + '.pem'), os.path.join(where, name + '-key.pem')
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
            '-subj', '/CN=' + subject, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation',
            '-addext', 'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', certificate)
    return certificate, key


def make_archive(path, certificate, key, size=6_000_000, seed=1, payload=None):
    """An archive of package-format 2.2, written by Python's zipfile and signed by openssl; without a certificate by nobody."""
    block = hashlib.sha512(str(seed).encode()).digest()
    entries = dict(payload) if payload else {
        'data/package.json': json.dumps({'kind': 'submission', 'id': f'story-{seed}'}).encode(),
        'data/attachments/annex.bin': (block * (size // len(block) + 1))[:size],
    }
    oxum = f'{sum(map(len, entries.values()))}.{len(entries)}'
    manifest = ''.join(f'{hashlib.sha256(data).hexdigest()}  {name}\n' for name, data in entries.items())
    entries['bagit.txt'] = b'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
    entries['bag-info.txt'] = f'Payload-Oxum: {oxum}\nBagging-Date: 2026-11-22\n'.encode()
    entries['manifest-sha256.txt'] = manifest.encode()
    references = ''
    for name, data in entries.items():
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        root = ' Rootfile="true"' if name == 'data/package.json' else ''
        references += (f' <asic:DataObjectReference URI="{name}" MimeType="application/octet-stream"{root}>'
                       '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
                       f'<ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>\n')
    asic = ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"'
            ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
            ' <asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"/>\n'
            f'{references}</asic:ASiCManifest>\n').encode()
    signed = []
    if certificate:
        signature = openssl('cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-nosmimecap', '-outform', 'DER',
                            '-signer', certificate, '-inkey', key, input=asic)
        signed = [('META-INF/ASiCManifest001.xml', asic), ('META-INF/signature001.p7s', signature)]
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
        for name, data in [('mimetype', b'application/vnd.etsi.asic-e+zip'), *entries.items(), *signed]:
            info = zipfile.ZipInfo(name, (2026, 11, 22, 3, 49, 48))
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
        archive.comment = b'mimetype=application/vnd.etsi.asic-e+zip'
    return path


class Link:
    """A link to a server on this computer that can be thin, and that breaks; it counts what goes up."""

    def __init__(self, url, rate=None):
        self.port = int(url.split(':')[2].split('/')[0])
        self.rate, self.cut_after, self.sent, self.breaks = rate, None, 0, 0
        self.is_held, self.ends = False, set()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = url.replace(f':{self.port}/', f':{self.listener.getsockname()[1]}/')
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            try:
                far = socket.create_connection(('127.0.0.1', self.port), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self.ends |= {near, far}
            threading.Thread(target=self.carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, False), daemon=True).start()

    def carry(self, source, target, is_up):
        try:
            while data := source.recv(65536):
                while self.is_held and source in self.ends:
                    time.sleep(0.01)
                if source not in self.ends:
                    break
                target.sendall(data)
                if not is_up:
                    continue
                self.sent += len(data)
                if self.rate:
                    time.sleep(len(data) / self.rate)
                if self.cut_after is not None and self.sent >= self.cut_after:
                    self.cut_after = None
                    self.breaks += 1
                    break
        except OSError:
            pass
        self.ends -= {source, target}
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self):
        """Breaks every connection that there is now."""
        ends, self.ends = self.ends, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()


class Module:
    """palermo-module on a folder; the same folder and port again is the same module after a restart."""

    def __init__(self, where, *words, port=0, token=None):
        self.where, self.token = where, token
        if token is not None:
            os.makedirs(where, exist_ok=True)
            path = os.path.join(where, 'token')
            with open(path, 'w', encoding='ascii') as stream:
                stream.write(token + '\n')
            words += ('--token-file', path)
        # GCC 12's leak checker crashes over the threads of GnuTLS; the other checkers stay on.
        asan = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
        self.start([MODULE, '--dir', where, '--port', str(port), *words], environment(ASAN_OPTIONS=asan))

    def start(self, words, env):
        self.process = start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f'{words[0]}: {self.process.stderr.read()}')
        self.ready = json.loads(line)
        self.url = self.ready['url']
        self.errors = ''

    def stop(self, how=signal.SIGTERM):
        code = stop(self.process, how)
        self.errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def words(self, archive, state):
        return ['send', archive, '--endpoint', self.url, '--ca', self.ready['ca'],
                '--module-cert', self.ready['moduleCertificate'], '--state', state, '--json']


class Sent:
    """What palermo-cli send said."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.json = json.loads(out) if out.strip() else {}
        self.state, self.reason = self.json.get('state'), self.json.get('reason')

    def __str__(self):
        return f'status {self.code}, {self.state}/{self.reason}: {self.err.strip()[-300:]}'


def token_pipe(token):
    reader, writer = os.pipe()
    os.write(writer, token.encode())
    os.close(writer)
    return reader


def send(module, archive, state, *more, token=None, max_wait=60, words=None):
    """Runs palermo-cli send to its end."""
    token = token if token is not None else module.token
    words = words or module.words(archive, state)
    fds = ()
    if token is not None:
        fds = (token_pipe(token),)
        words = words + ['--token-fd', str(fds[0])]
    try:
        done = run([CLI, *words, '--max-wait', str(max_wait), *more], pass_fds=fds, env=environment())
    finally:
        for fd in fds:
            os.close(fd)
    return Sent(done.returncode, done.stdout, done.stderr)


def send_in_background(module, archive, state, *more):
    words, fds = module.words(archive, state), ()
    if module.token is not None:
        fds = (token_pipe(module.token),)
        words += ['--token-fd', str(fds[0])]
    process = start([CLI, *words, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
                    pass_fds=fds)
    for fd in fds:
        os.close(fd)
    return process


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def log_of(state):
    with open(os.path.join(state, 'delivery.log'), encoding='utf-8') as stream:
        return stream.read()


def leaks(errors):
    """Words of the sanitizers and of GLib that no run may leave."""
    return [line for line in errors.splitlines()
            if any(word in line for word in ('Sanitizer', 'runtime error', 'CRITICAL', 'WARNING'))]
