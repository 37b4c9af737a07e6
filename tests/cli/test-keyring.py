#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in the keyring of the desktop, gnome-keyring's, on a bus of this test's own: what is remembered gets an archive
in, stands in no file, and is asked for again where there is no keyring, or a locked one."""
import importlib
import os
import shutil
import subprocess
import time

from story import (Module, check, environment, finish, folder, leaks, make_archive, make_key, openssl, run, skip,
                   start, stop)

endpoint = importlib.import_module('test-endpoint')
PASSPHRASE = 'open sesame of the ministry'
LOGIN = 'desk:secret of the proxy'
BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=%s</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'''


class Session:
    """A bus on which nothing starts by itself, and a keyring on it from time to time."""

    def __init__(self, where):
        self.where = os.path.join(where, 'session')
        os.mkdir(self.where)
        config = os.path.join(self.where, 'bus.conf')
        with open(config, 'w', encoding='ascii') as stream:
            stream.write(BUS % self.where)
        self.bus = start(['dbus-daemon', '--nofork', '--print-address', '--config-file', config], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True)
        self.address = self.bus.stdout.readline().strip()
        self.env = environment(DBUS_SESSION_BUS_ADDRESS=self.address, HOME=self.where, XDG_RUNTIME_DIR=self.where,
                               XDG_DATA_HOME=os.path.join(self.where, 'data'))
        self.keyring = None

    def call(self, *words):
        return run(['gdbus', 'call', '--session', *words], env=self.env)

    def has_keyring(self):
        return 'true' in self.call('--dest', 'org.freedesktop.DBus', '--object-path', '/', '--method',
                                   'org.freedesktop.DBus.NameHasOwner', 'org.freedesktop.secrets').stdout

    def begin(self):
        self.keyring = start(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets',
                              '--control-directory=' + os.path.join(self.where, 'control')], env=self.env,
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.keyring.stdin.write(b'the login of the person')
        self.keyring.stdin.close()
        for _ in range(300):
            if self.has_keyring():
                return True
            time.sleep(0.1)
        return False

    def lock(self):
        return self.call('--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets', '--method',
                         'org.freedesktop.Secret.Service.Lock', '["/org/freedesktop/secrets/aliases/default"]')

    def labels(self):
        """What anybody may read who looks into the keyring while it is locked."""
        return self.call('--dest', 'org.freedesktop.secrets', '--object-path', '/org/freedesktop/secrets/collection/login',
                         '--method', 'org.freedesktop.DBus.Properties.Get', 'org.freedesktop.Secret.Collection',
                         'Items').stdout.count('/org/freedesktop/secrets/collection/login/')

    def end(self):
        if self.keyring:
            stop(self.keyring)
        self.keyring = None


def holding(where, secret):
    found = []
    for root, _, names in os.walk(where):
        for name in names:
            path = os.path.join(root, name)
            if os.path.isfile(path):
                with open(path, 'rb') as stream:
                    if secret.encode() in stream.read():
                        found.append(os.path.relpath(path, where))
    return sorted(found)


class Desk(endpoint.Desk):
    def with_secret(self, option, secret, *words):
        fd = endpoint.pipe(secret)
        done = self.run(*words, option, str(fd), pass_fds=(fd,))
        os.close(fd)
        return done

    def add(self, where, module, operator, name, *more):
        path = os.path.join(where, name.split()[0] + '.asice')
        endpoint.make(self, path, module, operator, *more, name=name)
        self.run('endpoint', 'add', path, '--signer', endpoint.fingerprint(operator[0]))


def story_none(desk, module):
    done = desk.with_secret('--token-fd', module.token, 'endpoint', 'set', 'Token Module', '--remember')
    check('without a keyring nothing is remembered, and that is said', done.returncode == 66 and 'no keyring' in done.stderr
          and '--token-fd' in done.stderr and module.token not in done.stderr, done.stderr)
    done = desk.run('proxy', 'forget', 'http://127.0.0.1:3128')
    check('nor forgotten', done.returncode == 66, done.stderr)
    done = desk.with_secret('--token-fd', module.token, 'endpoint', 'set', 'Token Module')
    check('a token is kept only by who says so', done.returncode == 64, done.stderr)
    check('to remember what was not given is refused', desk.run('endpoint', 'set', 'Token Module',
                                                               '--remember').returncode == 64)


def story_token(where, desk, session, module, archive):
    done = desk.with_secret('--token-fd', 'two words', 'endpoint', 'set', 'Token Module', '--remember')
    check('what cannot be a token is not remembered', done.returncode != 0 and session.labels() == 0, done.stderr)
    done = desk.with_secret('--token-fd', module.token, 'endpoint', 'set', 'Token Module', '--remember')
    check('a token is remembered', done.returncode == 0 and session.labels() == 1, done.stderr)
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-token'))
    check('and gets the archive in', done.said == (0, 'accepted', 'none'), str(done.said) + done.stderr)
    check('it stands in no file', holding(where, module.token) == ['m-token/token'], str(holding(where, module.token)))

    session.lock()
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-locked'))
    check('while the keyring is locked nothing is sent, and a person hears why', done.returncode == 66
          and 'locked' in done.stderr and not os.path.exists(os.path.join(where, 's-locked')), done.stderr)
    done = desk.run('endpoint', 'forget', 'Token Module')
    check('an endpoint is not forgotten by halves', done.returncode == 66
          and 'Token Module' in desk.run('endpoint', 'list').stdout, done.stderr)
    done = desk.with_secret('--token-fd', module.token, 'send', archive, '--endpoint', 'Token Module', '--state',
                            os.path.join(where, 's-given'), '--json', '--max-wait', '60')
    check('a token that is given needs no keyring', done.returncode == 0, done.stderr)
    session.end()
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-gone'))
    check('where there is no keyring it goes as without a token', done.said == (1, 'stopped', 'not-allowed'), str(done.said))
    session.begin()
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-again'))
    check('after the next login it is there again', done.said == (0, 'accepted', 'none'), str(done.said) + done.stderr)


def story_client(where, desk, session, operator, archive):
    client = make_key(where, 'client', 'Ministry of Practicia')
    sealed = os.path.join(where, 'client.p12')
    openssl('pkcs12', '-export', '-in', client[0], '-inkey', client[1], '-out', sealed, '-passout', 'pass:' + PASSPHRASE)
    module = Module(os.path.join(where, 'm-client'), '--client-ca', client[0])
    desk.add(where, module, operator, 'Certificate Module', '--auth', 'client-certificate')
    n_before = session.labels()
    done = desk.with_secret('--pin-fd', 'a wrong one', 'endpoint', 'set', 'Certificate Module', '--client', sealed,
                            '--remember')
    check('a wrong passphrase is not remembered', done.returncode == 66 and session.labels() == n_before, done.stderr)
    done = desk.with_secret('--pin-fd', PASSPHRASE, 'endpoint', 'set', 'Certificate Module', '--client', sealed,
                            '--remember')
    check('the passphrase of our certificate is remembered', done.returncode == 0 and session.labels() == n_before + 1,
          done.stderr)
    done = desk.send(archive, 'Certificate Module', os.path.join(where, 's-client'))
    check('and opens it', done.said == (0, 'accepted', 'none'), str(done.said) + done.stderr)
    check('it stands in no file either', holding(where, PASSPHRASE) == [], str(holding(where, PASSPHRASE)))
    done = desk.with_secret('--pin-fd', PASSPHRASE, 'endpoint', 'set', 'Certificate Module', '--client', sealed)
    check('a certificate that is set without "remember" has none remembered', done.returncode == 0
          and session.labels() == n_before, done.stderr)
    module.stop()


def story_proxy(where, desk, module, archive):
    guarded = endpoint.Proxy(login=LOGIN)
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-stranger'), '--proxy', guarded.url)
    check('a proxy that wants a password stops us', done.json.get('reason') == 'proxy', str(done.said))
    done = desk.with_secret('--password-fd', LOGIN, 'proxy', 'remember', guarded.url)
    check('name and password for it are remembered', done.returncode == 0, done.stderr)
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-proxy'), '--proxy', guarded.url)
    check('and let us through', done.said == (0, 'accepted', 'none'), str(done.said) + done.stderr)
    check('they stand in no file', holding(where, LOGIN.split(':')[1]) == [])
    check('they are forgotten', desk.run('proxy', 'forget', guarded.url).returncode == 0)
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-after'), '--proxy', guarded.url)
    check('and do not help any more', done.json.get('reason') == 'proxy', str(done.said))
    guarded.close()
    check('an address with a password in it is none', desk.with_secret(
        '--password-fd', LOGIN, 'proxy', 'remember', 'http://a:b@127.0.0.1:1').returncode == 64)


def story_forget(where, desk, session, module, archive):
    n_before = session.labels()
    check('what is remembered is taken back', desk.run('endpoint', 'set', 'Token Module', '--no-remember').returncode == 0
          and session.labels() == n_before - 1, str(session.labels()))
    done = desk.send(archive, 'Token Module', os.path.join(where, 's-back'))
    check('and gets nobody in any more', done.said == (1, 'stopped', 'not-allowed'), str(done.said))
    desk.with_secret('--token-fd', module.token, 'endpoint', 'set', 'Token Module', '--remember')
    check('an endpoint that is forgotten takes its secrets along', session.labels() == n_before
          and desk.run('endpoint', 'forget', 'Token Module').returncode == 0 and session.labels() == n_before - 1,
          str(session.labels()))


def main():
    needed = ('gnome-keyring-daemon', 'dbus-daemon', 'gdbus')
    with folder() as where:
        operator = make_key(where, 'operator', 'Operator of the practice module')
        module = Module(os.path.join(where, 'm-token'), token='practice-token-123')
        archive = make_archive(os.path.join(where, 'archive.asice'), *operator, size=300_000)
        desk = Desk(where)
        desk.add(where, module, operator, 'Token Module', '--auth', 'token')
        story_none(desk, module)
        if all(shutil.which(name) for name in needed):
            session = Session(where)
            desk.env['DBUS_SESSION_BUS_ADDRESS'] = session.address
            story_none(desk, module)
            check('a keyring begins', session.begin())
            story_token(where, desk, session, module, archive)
            story_client(where, desk, session, operator, archive)
            story_proxy(where, desk, module, archive)
            story_forget(where, desk, session, module, archive)
            session.end()
        else:
            skip('the keyring', 'gnome-keyring is not installed')
        module.stop()
        check('the module ran clean', not leaks(module.errors), module.errors[-1000:])
    finish()


if __name__ == '__main__':
    main()
