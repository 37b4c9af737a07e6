#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EU DSS, the validator of the European Commission, says of our packages: both signatures CAdES-BASELINE-B and intact, every file covered, and
each kind of change found. Skips by name where there is no Java, no Maven or no way to the packages of DSS."""
import os
import shutil
import subprocess
import zipfile

from story import CLI, check, environment, finish, folder, run, skip

SOURCE = os.path.join(os.environ['PALERMO_SOURCE_DIR'], 'tests', 'dss')
PRACTICE = os.path.join(os.path.dirname(os.environ['PALERMO_DATA_DIR']), 'data', 'practice', 'practicia.palermo')


def find_classes(where):
    """Returns the class path of DSS; or None and why it cannot be had here."""
    if not shutil.which('java') or not shutil.which('mvn'):
        return None, 'java and mvn are not installed'
    version = run(['java', '--version']).stdout.split()
    if len(version) < 2 or int(version[1].split('.')[0]) < 17:
        return None, 'java is older than 17'
    project = os.path.join(where, 'dss')
    shutil.copytree(SOURCE, project)
    listed = os.path.join(where, 'classes.txt')
    try:
        done = run(['mvn', '-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=' + listed], cwd=project, timeout=150)
    except subprocess.TimeoutExpired:
        return None, 'mvn cannot get the packages in time'
    if done.returncode != 0 or not os.path.exists(listed):
        return None, 'mvn cannot get the packages'
    with open(listed, encoding='utf-8') as file:
        return file.read().strip(), None


def change(source, target, name, data):
    """The same container with another content of one entry."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w') as new:
        for entry in old.infolist():
            new.writestr(entry, data(old.read(entry)) if entry.filename == name else old.read(entry))
    return target


def flip(data):
    return data[:-1] + bytes([data[-1] ^ 1])


def make_packages(where):
    env = environment(XDG_DATA_HOME=os.path.join(where, 'data'))
    paths = {name: os.path.join(where, name) for name in ('expert.pem', 'focal.pem', 'one.asice', 'two.asice')}
    for name, title in (('expert', 'Expert'), ('focal', 'Focal point')):
        done = run([CLI, 'identity', 'new', '-o', os.path.join(where, name + '.p12'), '--name', title, '--certificate', paths[name + '.pem']], env=env)
        check(f'a key for {title}', done.returncode == 0, done.stderr)
    done = run([CLI, 'pack', PRACTICE, '-o', paths['one.asice'], '--key', os.path.join(where, 'expert.p12')], env=env)
    check('a package of the practice dossier', done.returncode == 0, done.stderr)
    done = run([CLI, 'sign', paths['one.asice'], '-o', paths['two.asice'], '--key', os.path.join(where, 'focal.p12')], env=env)
    check('which the focal point signs, too', done.returncode == 0, done.stderr)
    paths['payload.asice'] = change(paths['two.asice'], os.path.join(where, 'payload.asice'), 'data/package.json', flip)
    paths['signature.asice'] = change(paths['two.asice'], os.path.join(where, 'signature.asice'), 'META-INF/signature001.p7s', flip)
    paths['manifest.asice'] = change(paths['two.asice'], os.path.join(where, 'manifest.asice'), 'META-INF/ASiCManifest002.xml', flip)
    return paths


def validate(classes, paths):
    """Container -> (its line, {signer: fields})."""
    done = run(['java', '-cp', classes, os.path.join(SOURCE, 'Validate.java'), *paths.values()], timeout=200)
    check('DSS looks at all of them', done.returncode == 0, done.stderr[-2000:])
    said, here = {}, None
    for line in done.stdout.splitlines():
        kind, name, *fields = line.split('\t')
        if kind == 'container':
            here = {}
            said[name] = (fields, here)
        elif kind == 'signature':
            here[name] = fields
    return said


def look(said, paths):
    with zipfile.ZipFile(paths['two.asice']) as container:
        names = [name for name in container.namelist() if name != 'mimetype' and not name.startswith('META-INF/')]
    for name, signers in (('one.asice', ['Expert']), ('two.asice', ['Expert', 'Focal point'])):
        container, signatures = said[name]
        check(f'{name}: ASiC-E', container == ['ASiC-E', 'application/vnd.etsi.asic-e+zip'], container)
        check(f'{name}: {len(signers)} signatures', sorted(signatures) == signers, signatures)
        for signer in signers:
            level, intact, valid, whole, covered = signatures.get(signer, [''] * 5)
            check(f'{name}: {signer}: CAdES-BASELINE-B', level == 'CAdES-BASELINE-B', level)
            check(f'{name}: {signer}: intact and valid', (intact, valid, whole) == ('true', 'true', 'true'), signatures[signer])
            # The second one covers the first signature and its manifest as well.
            check(f'{name}: {signer}: covers every file', int(covered or 0) == len(names) + (2 if signer == 'Focal point' else 0), (covered, names))
    whole = {name: [fields[3] for fields in signatures.values()] for name, (_, signatures) in said.items()}
    check('another content is found by both', whole['payload.asice'] == ['false', 'false'], whole)
    first = said['signature.asice'][1]
    check('another signature is found', any(fields[1:4] != ['true', 'true', 'true'] for fields in first.values()), first)
    check('another manifest is found', 'false' in whole['manifest.asice'], whole)


with folder() as work:
    found, why = find_classes(work)
    if found is None:
        skip('EU DSS', why)
    else:
        made = make_packages(work)
        look(validate(found, made), made)
finish()
