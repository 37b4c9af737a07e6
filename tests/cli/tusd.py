# SPDX-License-Identifier: GPL-3.0-or-later
"""The set-up of data/module/tusd: nginx in front of tusd, whose hooks run palermo-cli receive; run by a story with the same few words as
palermo-module."""
import os
import re
import shutil
import subprocess
import time

from story import CLI, Module, environment, free_port, make_key, openssl, run, start, stop

TOP = os.environ.get('PALERMO_SOURCE_DIR') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(TOP, 'data', 'module', 'tusd')
# The last one that can be had without a checkout; its second version asks the same hooks in another wrapping.
VERSION = 'v1.13.0'
SUMS = (f'github.com/tus/tusd {VERSION} h1:W7rtb1XPSpde/GPZAgdfUS3vus2Jt2KmckS6OUd3CU8=\n'
        f'github.com/tus/tusd {VERSION}/go.mod h1:1tX4CDGlx8koHGFJdSaJ5ybUIm2NeVloJgZEPSKRcQA=\n')


def build(where):
    """Returns the program; or None and why it cannot be had here."""
    for name in ('go', 'nginx'):
        if not shutil.which(name):
            return None, f'{name} is not installed'
    program, project = os.path.join(where, 'tusd'), os.path.join(where, 'tusd-build')
    os.makedirs(project)
    with open(os.path.join(project, 'go.mod'), 'w', encoding='ascii') as file:
        file.write(f'module example.org/build\ngo 1.20\nrequire github.com/tus/tusd {VERSION}\n')
    with open(os.path.join(project, 'go.sum'), 'w', encoding='ascii') as file:
        file.write(SUMS)
    with open(os.path.join(project, 'tools.go'), 'w', encoding='ascii') as file:
        file.write('package tools\nimport _ "github.com/tus/tusd/pkg/handler"\n')
    try:
        done = run(['go', 'build', '-o', program, 'github.com/tus/tusd/cmd/tusd'], cwd=project, timeout=400,
                   env={**os.environ, 'GOFLAGS': '-mod=mod', 'CGO_ENABLED': '0'})
    except subprocess.TimeoutExpired:
        return None, 'go cannot build tusd in time'
    if 'SECURITY ERROR' in done.stderr or 'checksum mismatch' in done.stderr:
        raise RuntimeError(done.stderr.strip()[-300:])
    return (program, None) if done.returncode == 0 else (None, 'go cannot get tusd: ' + done.stderr.strip()[-200:])


def make_sender(where, name):
    """A certificate that the authority of the module issued."""
    key, certificate, request = (os.path.join(where, name + end) for end in ('-key.pem', '.pem', '.csr'))
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=' + name, '-keyout', key, '-out', request)
    openssl('x509', '-req', '-in', request, '-CA', os.path.join(where, 'senders.pem'), '-CAkey', os.path.join(where, 'senders-key.pem'),
            '-CAcreateserial', '-days', '30', '-out', certificate)
    return certificate, key


class Tusd(Module):
    """where: a folder that stays; the same folder and port again is the same module after a restart."""

    def __init__(self, program, where, port=0):  # pylint: disable=super-init-not-called
        self.where, self.token, self.errors, self.program = where, None, '', program
        self.port, self.inner = port or free_port(), free_port()
        self.store, self.uploads = where, os.path.join(where, 'uploads')
        if not os.path.isdir(where):
            os.makedirs(self.uploads)
            make_key(where, 'module', 'Receiving Module (practice)')
            for name, subject in (('tls', '/CN=localhost'), ('senders', '/CN=Senders')):
                openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', subject,
                        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', self.path(name + '-key.pem'), '-out', self.path(name + '.pem'))
            make_sender(where, 'sender')
        self.ready = {'url': f'https://127.0.0.1:{self.port}/files/', 'ca': self.path('tls.pem'), 'moduleCertificate': self.path('module.pem')}
        self.url = self.ready['url']
        self.env = environment(PALERMO_UPLOADS=self.uploads, PALERMO_STORE=self.store, PALERMO_CLI=CLI, PALERMO_CERTIFICATE=self.path('module.pem'),
                               PALERMO_KEY=self.path('module-key.pem') + '+' + self.path('module.pem'), PALERMO_ACCEPT_UNKNOWN='1', PALERMO_RESERVE_BYTES='1000000')
        self.start_nginx()
        self.start_tusd()

    def path(self, name):
        return os.path.join(self.where, name)

    def start_nginx(self):
        """The server as an operator has it, at other places."""
        with open(os.path.join(SOURCE, 'nginx.conf'), encoding='utf-8') as file:
            server = file.read()
        server = server.replace('/etc/palermo', self.where).replace('/srv/palermo', self.store)
        server = server.replace('listen 443', f'listen 127.0.0.1:{self.port}').replace('127.0.0.1:1080', f'127.0.0.1:{self.inner}')
        temporary = ''.join(f'{name}_temp_path {self.path(name)};\n' for name in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        with open(self.path('nginx.conf'), 'w', encoding='utf-8') as file:
            file.write(f'daemon off;\nmaster_process off;\npid {self.path("nginx.pid")};\nerror_log {self.path("error.log")};\n'
                       f'events {{}}\nhttp {{\naccess_log off;\n{temporary}{server}}}\n')
        self.nginx = start(['nginx', '-p', self.where, '-e', self.path('error.log'), '-c', self.path('nginx.conf')])

    def start_tusd(self):
        with open(os.path.join(SOURCE, 'palermo-tusd.service'), encoding='utf-8') as file:
            command = re.sub(r'\\\n', ' ', file.read()).split('ExecStart=', 1)[1].split('\n', 1)[0].split()[1:]
        swap = {'1080': str(self.inner), '${PALERMO_UPLOADS}': self.uploads, '${PALERMO_MAX_BYTES}': str(16 << 30),
                '/usr/share/palermo/module/tusd/hooks': os.path.join(SOURCE, 'hooks')}
        with open(self.path('tusd.log'), 'ab') as log:
            self.tusd = start([self.program, *(swap.get(word, word) for word in command)], stdout=log, stderr=log, env=self.env)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            done = run(['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '--cacert', self.path('tls.pem'), '--cert', self.path('sender.pem'), '--key',
                        self.path('sender-key.pem'), '-X', 'OPTIONS', self.url])
            if done.stdout[:1] == '2':
                return
            time.sleep(0.1)
        raise RuntimeError('tusd did not start: ' + done.stdout + done.stderr)

    def stop(self, how=15):
        code = stop(self.tusd, how)
        stop(self.nginx)
        return code

    def sweep(self):
        return run([os.path.join(SOURCE, 'palermo-hook'), 'sweep'], env=self.env)

    def words(self, archive, state, sender='sender'):
        return [*super().words(archive, state), '--cert', self.path(sender + '.pem'), '--key', self.path(sender + '-key.pem')]

    def received(self):
        return sum(os.path.getsize(os.path.join(self.uploads, name)) for name in os.listdir(self.uploads) if '.' not in name)
