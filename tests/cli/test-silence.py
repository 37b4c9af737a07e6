#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No verb but "send" speaks to a network, whatever it is given to read: each runs under strace, which sees every
socket. That strace sees them is shown by "send" itself, which speaks to the host that it was told, and to no other."""
import importlib.util
import os
import re
import shutil
import subprocess

from story import CLI, check, finish, folder, free_port, make_archive, openssl, run, skip

spec = importlib.util.spec_from_file_location('faults', os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                                                     'test-faults.py'))
faults = importlib.util.module_from_spec(spec)
spec.loader.exec_module(faults)

ELSEWHERE = 'http://127.0.0.1:9/elsewhere'
FORM = f'''<?xml version="1.0"?>
<!DOCTYPE h:html SYSTEM "{ELSEWHERE}.dtd" [<!ENTITY out SYSTEM "{ELSEWHERE}">]>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>&out;</h:title>
<model><instance><data id="x"><a/></data></instance><instance id="far" src="{ELSEWHERE}.xml"/><bind nodeset="/data/a"
 calculate="count(instance('far')/root/item)"/></model></h:head><h:body><input ref="/data/a"/></h:body></h:html>'''


def traced(place, words):
    """Runs a verb; returns how it ended, and the lines of the trace that are about other sockets than those of this computer."""
    trace = place.path + '.trace'
    environment = place.environment()
    environment['ASAN_OPTIONS'] += ':detect_leaks=0'  # which would need to trace, too
    done = run(['strace', '-f', '-qq', '-e', 'trace=network', '-o', trace, CLI,
                *[word.replace('@', place.path + '/') for word in words]], env=environment, stdin=subprocess.DEVNULL)
    with open(trace, encoding='utf-8', errors='replace') as stream:
        lines = stream.read().splitlines()
    os.remove(trace)
    is_ours = re.compile(r'\b(socket|socketpair)\(AF_UNIX|sa_family=AF_UNIX')
    return done, [line for line in lines if not is_ours.search(line)
                  and re.search(r'\b(socket|connect|bind|sendto|sendmsg|sendmmsg)\(', line)
                  and ('AF_' in line or 'send' in line)]


def hostile(work, base):
    """Files that ask to be told of elsewhere, and the words that read them."""
    place = faults.Place(base)
    with open(place.at('form.xml'), 'w', encoding='utf-8') as stream:
        stream.write(FORM)
    with open(place.at('page.html'), 'w', encoding='utf-8') as stream:
        stream.write(f'<html><link rel="stylesheet" href="{ELSEWHERE}"/><script src="{ELSEWHERE}"></script></html>')
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/CN=Far',
            '-addext', f'authorityInfoAccess=OCSP;URI:{ELSEWHERE},caIssuers;URI:{ELSEWHERE}', '-addext',
            f'crlDistributionPoints=URI:{ELSEWHERE}', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation',
            '-keyout', place.at('far-key.pem'), '-out', place.at('far.pem'))
    make_archive(place.at('far.asice'), place.at('far.pem'), place.at('far-key.pem'), size=10_000)
    return [('a form with a DTD, an entity and a list from elsewhere', ['form', 'check', '@form.xml']),
            ('a certificate that names OCSP, CRL and issuer', ['verify', '@far.asice', '--trust', '@key.pem']),
            ('the same, trusted', ['verify', '@far.asice', '--trust', '@far.pem', '--extract', '@far']),
            ('a page from elsewhere as an input', ['input', 'receive', '@d.palermo', '@page.html'])]


def main():
    if not shutil.which('strace'):
        skip('the trace', 'strace is not installed')
        finish()
    with folder() as work:
        work = os.path.realpath(work)
        base = os.path.join(work, 'base')
        os.mkdir(base)
        module = faults.Module(os.path.join(work, 'module'))
        names = faults.prepare(base, module)
        bad = hostile(work, base)
        probe = run(['strace', '-qq', '-o', os.path.join(work, 'probe'), 'true'])
        if probe.returncode != 0:
            module.stop()
            skip('the trace', 'strace may not look at processes here: ' + probe.stderr.strip()[:100])
            finish()
        for title, words, _made, _look in faults.VERBS:
            place = faults.Place(os.path.join(work, 'case'))
            shutil.rmtree(place.path, ignore_errors=True)
            shutil.copytree(base, place.path)
            done, spoke = traced(place, [names.get(word, word) for word in words])
            if title == 'send':
                reached = [line for line in spoke if 'connect(' in line]
                port = module.url.split(':')[2].split('/')[0]
                check('send: it arrives, and no other host hears of it', done.returncode == 0 and reached and all(
                    f'htons({port})' in line and '127.0.0.1' in line for line in reached), f'{done.stderr} {reached[:3]}')
                continue
            check(f'{title}: silent', done.returncode == 0 and not spoke, f'{done.returncode} {done.stderr} {spoke[:3]}')
        module.stop()
        place = faults.Place(base)
        for title, words in bad:
            done, spoke = traced(place, words)
            check(f'{title}: silent', done.returncode in (0, 1, 2, 3, 65, 66) and not spoke, f'{done.returncode} {done.stderr} {spoke[:3]}')

        port = free_port()
        words = ['send', '@a.asice', '--endpoint', f'https://127.0.0.1:{port}/files/', '--module-cert', '@key.pem', '--once',
                 '--state', '@outbox']
        done, spoke = traced(place, words)
        reached = [line for line in spoke if 'connect(' in line]
        check('the trace sees "send"', any(f'htons({port})' in line for line in reached), f'{done.stderr} {spoke[:5]}')
        check('which speaks to the host that it was told alone',
              all(f'htons({port})' in line and '127.0.0.1' in line for line in reached), reached[:5])
    finish()


if __name__ == '__main__':
    main()
