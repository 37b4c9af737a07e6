# SPDX-License-Identifier: GPL-3.0-or-later
"""A small tus server whose answers can be bent, one by one."""
import collections
import contextlib
import http.server
import json
import os
import socket
import ssl
import threading

from story import make_key, openssl


def make_tls(where, names='IP:127.0.0.1'):
    certificate, key = os.path.join(where, 'tls.pem'), os.path.join(where, 'tls-key.pem')
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj',
            '/CN=localhost', '-addext', 'subjectAltName=' + names, '-keyout', key, '-out', certificate)
    return certificate, key, certificate


def make_tls_of(where, begins, ends):
    """Valid from and to, as YYYYMMDDHHMMSSZ."""
    _, key, _ = make_tls(where)
    request, certificate, words = (os.path.join(where, name) for name in ('tls.csr', 'dated.pem', 'ca.conf'))
    with open(words, 'w', encoding='ascii') as stream:
        stream.write(f'[ca]\ndefault_ca=d\n[d]\ndatabase={where}/index\nserial={where}/serial\nnew_certs_dir={where}\n'
                     'default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n')
    for name, text in (('index', ''), ('serial', '01\n')):
        with open(os.path.join(where, name), 'w', encoding='ascii') as stream:
            stream.write(text)
    openssl('req', '-new', '-key', key, '-subj', '/CN=localhost', '-out', request)
    openssl('ca', '-batch', '-selfsign', '-notext', '-config', words, '-extensions', 'e', '-keyfile', key, '-in', request,
            '-startdate', begins, '-enddate', ends, '-out', certificate)
    return certificate, key, certificate


class OddServer:
    """answers: what is bent. Keys: location, patch_offset, head_offset, head_length, receipt, received, headers, protocol.
    Under the name of a method stands what answers in its place: it gets the handler and how often that method was called,
    and returns whether it has answered. tls: makes certificate, key and what the client trusts; None for plain HTTP."""

    def __init__(self, where, tls=make_tls, version=None, **answers):
        os.makedirs(where)
        self.where, self.answers, self.token = where, answers, None
        self.calls = collections.Counter()
        self.uploads, self.length, self.got, self.sha256, self.asked, self.parts = 0, 0, 0, '', 0, 0
        self.module_certificate, self.module_key = make_key(where, 'module', 'Odd Module')
        certificate, key, trusted = tls(where) if tls else (None, None, make_tls(where)[2])
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = answers.get('protocol', 'HTTP/1.1')

            def reply(self, status, headers=(), body=b''):
                self.send_response(status)
                for name, value in [*headers, *server.answers.get('headers', [])]:
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if self.command != 'HEAD':
                    self.wfile.write(body)

            def is_bent(self):
                server.calls[self.command] += 1
                bend = server.answers.get(self.command)
                return bend is not None and bend(self, server.calls[self.command])

            def keep(self, length):
                """Takes in at most length bytes of a part."""
                began = int(self.headers['Upload-Offset'])
                length = min(length, int(self.headers['Content-Length']))
                server.got = began + len(self.rfile.read(length))

            def hang_up(self):
                """Closes in the middle of whatever is said."""
                self.close_connection = True
                self.wfile.flush()
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

            def do_GET(self):  # pylint: disable=invalid-name
                server.asked += 1
                if self.is_bent():
                    return None
                if server.got == 0 or server.got < server.length:
                    return self.reply(404)
                return self.reply(200, [], server.receipt())

            def do_POST(self):  # pylint: disable=invalid-name
                if self.is_bent():
                    return
                server.uploads, server.got = server.uploads + 1, 0
                server.length = int(self.headers['Upload-Length'])
                location = server.answers.get('location', '/files/{port}-{n}')
                location = location and location.format(port=server.port, n=server.uploads)
                self.reply(201, [('Location', location)] if location else [])

            def do_HEAD(self):  # pylint: disable=invalid-name
                if self.is_bent():
                    return
                offset = server.answers.get('head_offset', lambda got, length: got)(server.got, server.length)
                length = server.answers.get('head_length', lambda length: length)(server.length)
                headers = [('Upload-Length', str(length))] + ([('Upload-Offset', str(offset))] if offset is not None else [])
                self.reply(200, headers)

            def do_PATCH(self):  # pylint: disable=invalid-name
                if self.is_bent():
                    return
                data = self.rfile.read(int(self.headers['Content-Length']))
                server.parts += 1
                if server.answers.get('keeps', True):
                    server.got = int(self.headers['Upload-Offset']) + len(data)
                offset = server.answers.get('patch_offset', lambda got, n: got)(server.got, server.parts)
                self.reply(204, [('Upload-Offset', str(offset))] if offset is not None else [])

            def log_message(self, *_words):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.handle_error = lambda *_words: None  # a client that hangs up is what these stories are about
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if version is not None:
                context.set_ciphers('ALL:@SECLEVEL=0')
                context.minimum_version = context.maximum_version = version
            context.load_cert_chain(certificate, key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.ready = {'ca': trusted, 'moduleCertificate': self.module_certificate}
        self.url = f'https://127.0.0.1:{self.port}/files/'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def receipt(self):
        bent = self.answers.get('receipt')
        if isinstance(bent, bytes):
            return bent
        status = 'received' if self.asked < self.answers.get('received', 0) else 'accepted'
        content = {'type': 'urn:example:submission-receipt:1', 'id': f'odd-{self.asked}', 'status': status,
                   'archive': {'sha256': self.sha256, 'size': self.length, 'name': 'a.asice'},
                   'verification': {'code': 0, 'indication': 'TOTAL-PASSED', 'message': 'valid'},
                   'received': '2026-11-22T03:49:48.147Z', 'receiver': 'CN=Odd Module'}
        changed = bent(content) if bent else None
        return self.sign(changed if isinstance(changed, bytes) else json.dumps(content).encode())

    def sign(self, data, certificate=None, key=None):
        return openssl('cms', '-sign', '-nodetach', '-binary', '-cades', '-md', 'sha256', '-outform', 'DER', '-signer',
                       certificate or self.module_certificate, '-inkey', key or self.module_key, input=data)

    def words(self, archive, state):
        return ['send', archive, '--endpoint', self.url, '--ca', self.ready['ca'], '--module-cert',
                self.module_certificate, '--state', state, '--json']

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
