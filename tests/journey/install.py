#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Palermo installed into an empty prefix: all of it is there, and it starts from there with no variable set.
Runs inside tests/journey/display."""
import glob
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402

BUILD = os.environ['PALERMO_BUILD']
APP = 'app.palermo.Palermo'
CHECKS = [0, 0]
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
with open(os.path.join(TOP, 'po', 'LINGUAS'), encoding='utf-8') as linguas:
    LANGUAGES = [line.strip() for line in linguas if line.strip() and not line.startswith('#')]
FORMS = [os.path.basename(os.path.dirname(form)) for form in glob.glob(os.path.join(TOP, 'data', 'forms', '*', '*.csv'))]
TUSD = ['module.env', 'nginx.conf', 'palermo-sweep.service', 'palermo-sweep.timer', 'palermo-tusd.service']
TUSD_PROGRAMS = ['palermo-hook', 'hooks/pre-create', 'hooks/post-create', 'hooks/post-finish']
WANTED = {
    'bin/palermo', 'bin/palermo-cli', 'bin/palermo-module',
    f'share/applications/{APP}.desktop', f'share/metainfo/{APP}.metainfo.xml',
    f'share/glib-2.0/schemas/{APP}.gschema.xml', f'share/mime/packages/{APP}.mime.xml',
    f'share/icons/hicolor/scalable/apps/{APP}.svg', f'share/icons/hicolor/symbolic/apps/{APP}-symbolic.svg',
    'share/icons/hicolor/scalable/mimetypes/application-vnd.palermo.dossier.svg',
    *(f'share/locale/{language}/LC_MESSAGES/palermo.mo' for language in LANGUAGES),
    *(f'share/palermo/glossary/{language}.csv' for language in LANGUAGES),
    *(f'share/palermo/translations/{name}.{kind}' for name in FORMS + ['palermo']
      for kind in ['pot', *(f'{language}.po' for language in LANGUAGES)]),
    *('share/palermo/forms/' + os.path.basename(form) for form in glob.glob(os.path.join(BUILD, 'data', 'forms', '*.xml'))),
    'share/palermo/practice/practicia.palermo',
    'share/palermo/kit/kit.css', 'share/palermo/kit/kit.js', 'share/palermo/countries/peoples.csv',
    'share/palermo/module/README.md',
    *(f'share/palermo/module/tus-server/{name}.mjs' for name in ('server', 'job', 'one-machine', 'several-machines', 'redis-lock')),
    *('share/palermo/module/tusd/' + name for name in TUSD + TUSD_PROGRAMS),
    'share/palermo/module/tus-server/package.json', 'share/palermo/module/tus-server/package-lock.json',
    'share/doc/palermo/COPYING', 'share/doc/palermo/README.md',
}


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)
    return good


def run(*command, **environment):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, **environment), timeout=60)


def install(where):
    """The prefix, wherever it was configured to be: packagers install below an empty folder in the same way."""
    done = run('meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', where)
    if not check('it installs', done.returncode == 0, done.stdout[-2000:]):
        return None
    found = glob.glob(os.path.join(where, '**', 'bin', 'palermo'), recursive=True)
    return os.path.dirname(os.path.dirname(found[0])) if found else None


def look_at_files(prefix):
    there = {os.path.relpath(os.path.join(folder, name), prefix) for folder, _s, names in os.walk(prefix) for name in names}
    check('every file is in its place', WANTED <= there, sorted(WANTED - there))
    check('and none that nobody asked for', there <= WANTED, sorted(there - WANTED))
    modes = {name: stat.S_IMODE(os.stat(os.path.join(prefix, name)).st_mode) for name in there}
    programs = {'share/palermo/module/tusd/' + name for name in TUSD_PROGRAMS}
    wrong = {name: oct(mode) for name, mode in modes.items()
             if mode != (0o755 if name.startswith('bin/') or name in programs else 0o644)}
    check('everybody can read them, nobody else can write them', not wrong, wrong)


def look_at_papers(share):
    """What the desktop reads, as it was merged with the translations; then its caches, as a package's triggers make them."""
    desktop = os.path.join(share, 'applications', APP + '.desktop')
    metainfo = os.path.join(share, 'metainfo', APP + '.metainfo.xml')
    types = os.path.join(share, 'mime', 'packages', APP + '.mime.xml')
    for name, command in {
            'the desktop file is valid': ['desktop-file-validate', desktop],
            'the metainfo is valid': ['appstreamcli', 'validate', '--no-net', '--pedantic', metainfo],
            'the settings schema compiles': ['glib-compile-schemas', '--strict', os.path.join(share, 'glib-2.0', 'schemas')],
            'the types are taken': ['update-mime-database', os.path.join(share, 'mime')],
    }.items():
        done = run(*command)
        check(name, done.returncode == 0, done.stdout)
    for path, word in (desktop, 'Name[ar]='), (metainfo, 'xml:lang="ar"'), (types, 'xml:lang="ar"'):
        with open(path, encoding='utf-8') as file:
            check(f'{os.path.basename(path)} speaks Arabic', word in file.read())


def look_at_types(share, where):
    """By name, and by what is inside."""
    archive, bare = os.path.join(where, 'submission.asice'), os.path.join(where, 'dossier')
    packed = os.path.join(where, 'packed')
    shutil.copy(os.path.join(share, 'palermo', 'practice', 'practicia.palermo'), bare)
    done = run(os.path.join(share, '..', 'bin', 'palermo-cli'), 'pack', bare, '--no-sign', '-o', archive)
    if not check('the installed palermo-cli packs the practice country', done.returncode == 0, done.stdout):
        return
    shutil.copy(archive, packed)
    folders = f'{share}:{os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"}'
    for path, wanted in ((os.path.join(share, 'palermo', 'practice', 'practicia.palermo'), 'application/vnd.palermo.dossier'),
                         (bare, 'application/vnd.palermo.dossier'), (archive, 'application/vnd.etsi.asic-e+zip'),
                         (packed, 'application/vnd.etsi.asic-e+zip')):
        done = run('gio', 'info', '-a', 'standard::content-type', path, XDG_DATA_DIRS=folders)
        check(f'{os.path.basename(path)} is {wanted}', f'standard::content-type: {wanted}' in done.stdout, done.stdout)


def start_programs(prefix, where):
    cli = os.path.join(prefix, 'bin', 'palermo-cli')
    dossier = os.path.join(where, 'new.palermo')
    done = run(cli, 'dossier', 'new', dossier, '--state', 'Practicia')
    check('palermo-cli finds the installed questionnaire', done.returncode == 0 and os.path.exists(dossier), done.stdout)
    with subprocess.Popen([os.path.join(prefix, 'bin', 'palermo-module'), '--dir', os.path.join(where, 'module')],
                          stdout=subprocess.PIPE, text=True) as module:
        ready = json.loads(module.stdout.readline() or '{}')
        check('palermo-module comes up', ready.get('url', '').startswith('https://127.0.0.1'), ready)
        module.terminate()


def practise(prefix, archive):
    """Twice on the practice country, in two languages: what was typed the first time is gone the second time."""
    program = os.path.join(prefix, 'bin', 'palermo')
    desk = None
    try:
        desk = Desk([program, '--practice'], LANGUAGE='en')
        question = 'Which ministry or office coordinates the answers?'
        before = desk.text(question, 'text')
        check('the program opens the practice country', before != '')
        desk.write(question, 'Somebody else')
        desk.key('Tab')
        check('one can write in it', desk.text(question, 'text') == 'Somebody else')
        desk.close()

        settings = os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings', 'keyfile')
        with open(settings, encoding='utf-8') as file:
            check('its settings are kept', '[app/palermo/Palermo]' in file.read())

        desk = Desk([program, '--practice'], LANGUAGE='ar')
        check('it speaks Arabic, its questions too', desk.there('ما الدولة الخاضعة للاستعراض؟') and desk.there('محفوظ'),
              desk.tree()[-2000:])
        check('the next practice begins afresh',
              desk.text('ما الوزارة أو الجهة التي تنسّق الإجابات؟', 'text') == before)
        desk.close()

        desk = Desk([program, archive], LANGUAGE='en')
        desk.find('This package cannot be opened')
        time.sleep(0.5)
        dialog = min(desk.windows(), key=lambda w: w[1] * w[2])[0]
        front = run('xdotool', 'getactivewindow').stdout.strip()
        check('trouble at the start is told in front of the window', front == dialog, f'{front} is, not {dialog}')
    except NotFound as missing:
        check(f'the program goes on: {missing}', False, desk.tree()[-2000:] if desk else '')
    finally:
        if desk:
            desk.close()


def main():
    for name in [n for n in os.environ if n.startswith('PALERMO_')]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix='palermo-install-') as where:
        prefix = install(os.path.join(where, 'tree'))
        if prefix:
            look_at_files(prefix)
            look_at_papers(os.path.join(prefix, 'share'))
            look_at_types(os.path.join(prefix, 'share'), where)
            start_programs(prefix, where)
            practise(prefix, os.path.join(where, 'submission.asice'))
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
