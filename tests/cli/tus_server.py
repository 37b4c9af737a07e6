# SPDX-License-Identifier: GPL-3.0-or-later
"""The set-up of data/module/tus-server, run by a story with the same few words as palermo-module."""
import os

from story import CLI, Module, environment, make_key, openssl

TOP = os.environ.get('PALERMO_SOURCE_DIR') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCE = os.path.join(TOP, 'data', 'module', 'tus-server')


class TusServer(Module):
    """server.mjs on a folder, with the same few words as palermo-module."""

    def __init__(self, program, where, *more, port=0, **env):  # pylint: disable=super-init-not-called
        self.where, self.token, self.errors = where, 'tus-token', ''
        if not os.path.isdir(where):
            os.makedirs(where)
            make_key(where, 'module', 'Receiving Module (practice)')
            openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
                    '-keyout', os.path.join(where, 'tls-key.pem'), '-out', os.path.join(where, 'tls.pem'))
            with open(os.path.join(where, 'token'), 'w', encoding='ascii') as stream:
                stream.write(self.token + '\nanother-token\n')
        def path(name):
            return os.path.join(where, name)
        self.start(['node', os.path.join(program, 'server.mjs'), '--dir', where, '--tls-cert', path('tls.pem'), '--tls-key',
                    path('tls-key.pem'), '--module-cert', path('module.pem'), '--module-key', path('module-key.pem'),
                    '--token-file', path('token'), '--cli', CLI, '--port', str(port), *more],
                   {**environment(), **env})

    def received(self):
        uploads = os.path.join(self.where, 'uploads')
        return sum(os.path.getsize(os.path.join(uploads, name)) for name in os.listdir(uploads)
                   if not name.endswith('.json'))
