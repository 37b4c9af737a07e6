#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input in the real window: a clear sentence, and nothing changed on disk. Runs inside tests/journey/display."""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound  # noqa: E402
from story import PASSPHRASE, Story  # noqa: E402

CHECKS = [0, 0]
TEXT = 'How is this applied in practice?'
CARD = 'Agreement or participation'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def make_bad_files(folder, sound):
    """Files that look like dossiers, and the words that must be said about each."""
    def damaged(data):
        return data[:40960] + os.urandom(200000) + data[240960:]

    def newer(data):
        return data[:60] + (9999).to_bytes(4, 'big') + data[64:]

    with open(sound, 'rb') as file:
        data = file.read()
    for name, content, words in (('empty', b'', 'file is empty'), ('foreign', b'hello, world\n' * 400, 'not a Palermo dossier'),
                                 ('newer', newer(data), 'made by a newer Palermo'), ('damaged', damaged(data), 'is damaged')):
        path = os.path.join(folder, name + '.palermo')
        with open(path, 'wb') as file:
            file.write(content)
        yield name, path, words


def refuse_bad_dossiers(story, folder, sound):
    for name, path, words in make_bad_files(folder, sound):
        before, around = digest(path), set(os.listdir(folder))
        desk = story.start(path)
        story.holds(f'a dossier that is {name}: "{words}"', desk.there(f'/{words}/', timeout=20))
        desk.close()
        story.holds(f'and the {name} file is as it was', digest(path) == before and set(os.listdir(folder)) == around,
                    str(set(os.listdir(folder)) - around))


def open_twice(story, folder, sound):
    path = os.path.join(folder, 'twice.palermo')
    shutil.copy(sound, path)
    first = story.start(path)
    first.find('/^Article 5/', 'list item', timeout=40)
    done = story.run('answer', 'get', path, '/cluster1/general/state/name')
    story.holds('a second program on the same dossier is told so', done.returncode == 75 and 'has it open' in done.stderr, done.stderr)
    first.close()


def fill_the_disk(story, sound):
    """Needs root for a small disk of its own."""
    if os.geteuid() != 0:
        print('skipped - a full disk while typing: needs root for a small disk')
        return
    folder = tempfile.mkdtemp(prefix='palermo-disk-')
    size = 3 * os.path.getsize(sound) + (8 << 20)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', folder], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        print('skipped - a full disk while typing: a small disk cannot be mounted here')
        return
    try:
        path, ballast = os.path.join(folder, 'full.palermo'), os.path.join(folder, 'ballast')
        shutil.copy(sound, path)
        desk = story.start(path)
        desk.click('/^Article 5/', 'list item', timeout=40)
        desk.find(TEXT, inside=CARD)
        with open(ballast, 'wb') as file:
            try:
                while file.write(b'x' * 65536):
                    file.flush()
            except OSError:
                pass
        desk.write(TEXT, 'Typed on a full disk. ' * 400, inside=CARD)
        story.holds('a full disk: the banner says that the answers are kept', desk.there('/disk is full/', timeout=20))
        story.holds('and the text stays', 'Typed on a full disk' in desk.find(TEXT, inside=CARD).text())
        os.remove(ballast)
        story.holds('with room again it saves by itself', desk.there('Saved', timeout=30) and desk.gone('/disk is full/', timeout=20))
        desk.kill()
        desk = story.start(path)
        desk.click('/^Article 5/', 'list item', timeout=40)
        story.holds('and the text is there after a kill', 'Typed on a full disk' in desk.find(TEXT, inside=CARD).text())
        desk.close()
    finally:
        subprocess.run(['umount', '-l', folder], check=False)
        os.rmdir(folder)


def send(story, path):
    desk = story.start(path)
    desk.go('Sending', 'What goes', timeout=40)
    desk.click('Sign and Send')
    return desk


def meet_bad_modules(story, folder, sound):
    path = os.path.join(folder, 'send.palermo')
    shutil.copy(sound, path)
    # A module whose certificate nobody vouches for.
    story.start_module()
    settings = os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings', 'keyfile')
    with open(settings, encoding='utf-8') as file:
        text = file.read()
    with open(settings, 'w', encoding='utf-8') as file:
        file.write('\n'.join(line for line in text.splitlines() if not line.startswith('endpoint-ca=')) + '\n')
    desk = send(story, path)
    desk.write('Passphrase', PASSPHRASE)
    desk.write('Passphrase once more', PASSPHRASE)
    desk.click('Make Key')
    story.holds("an untrusted certificate: nothing is sent, and it says why", desk.there('/certificate is not trusted/', timeout=40))
    desk.close()
    story.stop_module()

    # A wrong passphrase, then a module that forges its receipt.
    story.start_module('forged-receipt')
    path = os.path.join(folder, 'forged.palermo')
    shutil.copy(sound, path)
    desk = send(story, path)
    desk.write('Passphrase', 'not the passphrase')
    desk.click('Unlock')
    story.holds('a wrong passphrase is named, and the key is untouched', desk.there('/not the passphrase of this key/', timeout=20))
    desk.write('Passphrase', PASSPHRASE)
    desk.click('Unlock')
    story.holds('a forged receipt does not count', desk.there('/not signed by the module that you trust/', timeout=60))
    story.holds('and nothing says accepted', not desk.matches('Accepted'))
    desk.click('Give Up…')
    story.holds('to give it up is no taking back', desk.there('/^All of it has arrived already/'))
    desk.click('Give Up')
    story.holds('and the list keeps that it had arrived', desk.there('Given up') and desk.there('/after all of it had arrived/'))
    desk.close()
    desk = story.start(path)
    desk.go('Sending', 'What goes', timeout=40)
    story.holds('another day, too', desk.there('Given up') and desk.there('/after all of it had arrived/') and not desk.matches('Try Now'))
    desk.close()


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-trouble-')
    story = Story(os.environ['PALERMO_BUILD'], out, check)
    sound = os.path.join(story.build, 'data', 'practice', 'practicia.palermo')
    chapters = [lambda f: refuse_bad_dossiers(story, f, sound), lambda f: open_twice(story, f, sound),
                lambda f: fill_the_disk(story, sound), lambda f: meet_bad_modules(story, f, sound)]
    try:
        for chapter in chapters:
            with tempfile.TemporaryDirectory(prefix='palermo-trouble-') as folder:
                try:
                    chapter(folder)
                except NotFound as missing:
                    story.holds(f'the story goes on: {missing}', False, story.desk.tree()[-2500:]
                                if story.desk.process.poll() is None else '')
                    story.desk.close()
    finally:
        story.end()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
