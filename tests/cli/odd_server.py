# SPDX-License-Identifier: GPL-3.0-or-later
"""A tus server of forty lines whose answers can be bent, one by one."""
import http.server
import json
import os
import ssl
import threading

from story import make_key, openssl


class OddServer:
    """answers: what is bent. Keys: location, patch_offset, head_offset, head_length, receipt, received, headers."""

    def __init__(self, where, **answers):
        os.makedirs(where)
        self.where, self.answers, self.token = where, answers, None
        self.uploads, self.length, self.got, self.sha256, self.asked, self.parts = 0, 0, 0, '', 0, 0
        self.module_certificate, self.module_key = make_key(where, 'module', 'Odd Module')
        certificate, key = os.path.join(where, 'tls.pem'), os.path.join(where, 'tls-key.pem')
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj',
                '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate)
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def reply(self, status, headers=(), body=b''):
                self.send_response(status)
                for name, value in [*headers, *server.answers.get('headers', [])]:
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if self.command != 'HEAD':
                    self.wfile.write(body)

            def do_GET(self):  # pylint: disable=invalid-name
                server.asked += 1
                if server.got == 0 or server.got < server.length:
                    return self.reply(404)
                return self.reply(200, [], server.receipt())

            def do_POST(self):  # pylint: disable=invalid-name
                server.uploads, server.got = server.uploads + 1, 0
                server.length = int(self.headers['Upload-Length'])
                location = server.answers.get('location', '/files/{port}-{n}')
                location = location and location.format(port=server.port, n=server.uploads)
                self.reply(201, [('Location', location)] if location else [])

            def do_HEAD(self):  # pylint: disable=invalid-name
                offset = server.answers.get('head_offset', lambda got, length: got)(server.got, server.length)
                length = server.answers.get('head_length', lambda length: length)(server.length)
                headers = [('Upload-Length', str(length))] + ([('Upload-Offset', str(offset))] if offset is not None else [])
                self.reply(200, headers)

            def do_PATCH(self):  # pylint: disable=invalid-name
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
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.ready = {'ca': certificate, 'moduleCertificate': self.module_certificate}
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
        if bent:
            bent(content)
        return openssl('cms', '-sign', '-nodetach', '-binary', '-cades', '-md', 'sha256', '-outform', 'DER', '-signer',
                       self.module_certificate, '-inkey', self.module_key, input=json.dumps(content).encode())

    def words(self, archive, state):
        return ['send', archive, '--endpoint', self.url, '--ca', self.ready['ca'], '--module-cert',
                self.module_certificate, '--state', state, '--json']

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
