# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window, told once: the journey test asserts it, the demo shows it."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import zipfile

from desk import Desk, NotFound

PASSPHRASE = 'correct horse practice'
STANDS_STILL = 60000  # bytes of the upload after which the module reads no further


def member(archive, name):
    """A JSON member of a package."""
    with zipfile.ZipFile(archive) as file:
        return json.loads(file.read(name))


class Story:
    """One person's way from a new dossier to an accepted receipt. check(name, good, why) hears what held."""

    def __init__(self, build, out, check):
        self.build, self.out, self.check = os.path.abspath(build), os.path.abspath(out), check
        self.cli = os.path.join(self.build, 'src', 'cli', 'palermo-cli')
        self.program = os.path.join(self.build, 'src', 'app', 'palermo')
        self.module = self.desk = self.dossier = self.keyring = None
        self.ready = {}
        os.makedirs(self.out, exist_ok=True)

    def run(self, *words):
        return subprocess.run([self.cli, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    def holds(self, name, good, why=''):
        """One check; a failing one leaves a picture and the tree behind."""
        if not good and self.desk:
            self.desk.shot(os.path.join(self.out, 'failed.png'), screen=True)
        self.check(name, bool(good), why)

    def start(self, *words):
        self.desk = Desk([self.program, *words])
        return self.desk

    def shot(self, name):
        return self.desk.shot(os.path.join(self.out, name + '.png'))

    def choose(self, option):
        """One of several; a click that comes to nothing while the window arranges itself is done again."""
        for _ in range(3):
            self.desk.click(option, 'check box')
            if 'checked' in self.desk.find(option, 'check box').states():
                return
            print(f'# a click on {option} came to nothing', flush=True)

    # --- the chapters
    def new_dossier(self):
        desk = self.start()
        desk.click('New dossier')
        desk.write('State under review', 'Practicia')
        desk.write('Start of the review phase (YYYY-MM-DD)', '2026-09-01')
        self.choose('Cluster II')
        desk.click('Next')
        self.holds('another questionnaire has other articles', desk.there('Articles 6, 7 and 9 in this cluster'))
        desk.click('Back')
        self.choose('Cluster I')
        desk.click('Next')
        self.holds('and one may think again', desk.there('Articles 3 and 5 in this cluster'))
        desk.find('Trafficking in Persons Protocol')
        desk.click('Next')
        desk.click('English')
        desk.click('Next')
        desk.write('Name', 'Office of Treaties')
        desk.click('Next')
        desk.find('File')
        desk.click('/^(Create|Make|Begin)/')
        self.holds('a new dossier opens on its questionnaire', desk.there('Which State is under review?', timeout=30))
        self.holds('with the name of the State in its place', desk.text('Which State is under review?', 'text') == 'Practicia')
        found = [os.path.join(folder, name) for folder, _s, names in os.walk(os.environ['HOME'])
                 for name in names if name.endswith('.palermo')]
        self.holds('one file holds it', len(found) == 1, str(found))
        self.dossier = found[0] if found else None

    def answer(self):
        desk = self.desk
        desk.write('Which ministry or office coordinates the answers?', 'Ministry of Justice, وزارة العدل')
        desk.click('French')
        desk.click('/^Article 5. Taking part/')
        card = 'Agreement or participation'
        desk.click('Yes, in part', inside=card)
        self.holds('an answer brings its follow-ups', desk.there('What is missing?', timeout=5))
        desk.click('No', inside=card)
        self.holds('another one takes them away', desk.gone('What is missing?'))
        self.ask_why(card)
        desk.click('Yes', inside=card)
        desk.click('/^Add /', 'push button', inside=card)
        desk.write('Title of the law or regulation', 'Law on Organized Crime')
        desk.write('Date of the text or of its last change', '2019-05-31')
        desk.write('Link to the text', 'practicia.example/law')
        desk.key('Tab')
        self.holds('a link that is none is marked and kept', desk.there('/link begins with http/', timeout=5))
        desk.write('Link to the text', 'https://practicia.example/law')
        desk.key('Tab')
        self.holds('and mended', desk.gone('/link begins with http/'))
        desk.click('/^A prison term/', inside=card)
        desk.write('What is the longest prison term, in years?', '8')
        desk.write('How is this applied in practice?', 'Two groups were dismantled in 2025; the courts convicted eleven people.',
                   inside=card)
        self.attach()
        self.holds('it says that all is saved', desk.there('Saved', timeout=10))
        self.shot('article')
        desk.click('Yes', inside='Does your country need technical assistance to apply this article?')
        desk.go('/^Priorities for technical assistance/', 'Move down: Drafting and revising laws')
        desk.click('Move down: Drafting and revising laws')
        desk.go('/^Consultations held/', 'Yes')
        desk.click('Yes')
        desk.click('4', inside='How useful were the consultations for preparing the answers?')
        self.holds('an order and a number on a scale are answers too', desk.there('Saved', timeout=10))

    def ask_why(self, card):
        """From what is not asked to the answer that would bring it, and why that one must be given."""
        desk = self.desk
        desk.click('/questions do not apply here/', 'push button')
        self.holds('what does not apply is listed', desk.there('Questions that do not apply here', timeout=5))
        desk.click('/^Go to the answer: Is it a crime to agree/', 'push button')
        self.holds('the way leads to the answer that decides', desk.gone('Questions that do not apply here') and
                   any('focused' in thing.states() for thing in desk.matches('No', 'radio button')))
        desk.key('shift+F1')
        self.holds('which says why it must be given', desk.there('An answer is needed here in every case.', timeout=5))
        desk.key('Escape')
        self.holds('and is left by Escape', desk.gone('An answer is needed here in every case.'))

    def attach(self):
        """An upload through the file chooser, as a person types a path."""
        desk = self.desk
        path = os.path.join(self.out, 'judgment.txt')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('A judgment of the Supreme Court of Practicia.\n')
        try:
            desk.click('/^Attach|^Choose|^Add a file/', 'push button', nth=0, inside='Attach a document')
        except NotFound:
            desk.click('/^(Attach|Choose).*Attach a document/', 'push button')
        desk.choose_file(path)
        self.holds('a document is attached', desk.there('/judgment/', timeout=10))

    def kill_and_reopen(self):
        time.sleep(1)
        self.desk.kill()
        desk = self.start()
        desk.click('/^Practicia/')
        self.holds('after a kill the dossier opens again', desk.there('/^Article 5. Taking part/', timeout=30))
        desk.click('/^Article 5. Taking part/')
        self.holds('with the law that was cited', desk.there('Title of the law or regulation') and
                   desk.text('Title of the law or regulation', 'text') == 'Law on Organized Crime')
        self.holds('and the text that was typed', 'eleven people' in
                   desk.find('How is this applied in practice?', inside='Agreement or participation').text())
        self.holds('and the document', desk.there('/judgment/'))
        desk.click('/^Priorities for technical assistance/', 'list item')
        self.holds('and the order', desk.there('2, Drafting and revising laws'))
        desk.click('/^Consultations held/', 'list item')
        self.holds('and the number on the scale', 'checked' in desk.find(
            '4', inside='How useful were the consultations for preparing the answers?').states())
        desk.click('Your country and this review')
        self.holds('and the first page', desk.text('Which ministry or office coordinates the answers?', 'text')
                   .startswith('Ministry of Justice'))

    def consult(self):
        desk = self.desk
        desk.click('Consultations')
        desk.click('New Consultation')
        desk.write('What do you call this consultation?', 'Round table with shelters')
        desk.write('On which day?', '2026-10-01')
        desk.write('What was it about, and what came out of it?', 'Shelters asked for longer reflection periods.')
        desk.click('Next Page')
        desk.click('/^Add /', 'push button')
        desk.write('What was said?', 'Victims need more time before they speak.')
        desk.key('Tab')
        self.holds('it says that all is saved', desk.there('Saved', timeout=10))
        self.shot('consultation')
        desk.click('All Records')
        self.holds('the consultation is in the list', desk.there('Round table with shelters', 'list item', timeout=10))
        desk.click('Remove: Round table with shelters')
        self.holds('removed, it is out of the way', desk.gone('Remove: Round table with shelters'))
        desk.mouse(desk.find('1 removed record', 'list item'))
        desk.click('Bring back: Round table with shelters')
        self.holds('and comes back from the list', desk.there('Remove: Round table with shelters') and desk.gone('1 removed record'))

    def stop_module(self):
        if self.module:
            self.module.kill()
            self.module.wait()
            self.module = None

    def begin_keyring(self):
        """Whether there is an unlocked keyring on the bus of this journey from now on."""
        if not shutil.which('gnome-keyring-daemon'):
            print('# without gnome-keyring: nothing is remembered', flush=True)
            return False
        self.keyring = subprocess.Popen(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets',
                                         '--control-directory=' + os.path.join(os.environ['XDG_RUNTIME_DIR'], 'keyring')],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.keyring.stdin.write(b'the login of the person')
        self.keyring.stdin.close()
        return True

    def start_module(self, *faults):
        words = [os.path.join(self.build, 'src', 'module', 'palermo-module'), '--dir', os.path.join(self.out, 'module')]
        if self.ready:
            words += ['--port', self.ready['url'].split(':')[2].split('/')[0]]
        for fault in faults:
            words += ['--fault', fault]
        self.module = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.module.stdout.readline())
        folder = os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write('[app/palermo/Palermo]\n'
                       f"endpoint-url='{self.ready['url']}'\n"
                       f"endpoint-ca='{self.ready['ca']}'\n"
                       f"endpoint-module-certificate='{self.ready['moduleCertificate']}'\n")

    def stands_still(self, size):
        """Whether so many bytes of an upload have reached the module's disk in time."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for folder, _s, names in os.walk(os.path.join(self.out, 'module')):
                if any(os.path.getsize(os.path.join(folder, name)) >= size for name in names):
                    return True
            time.sleep(0.2)
        return False

    def send(self):
        """The module stands still in the middle, goes away for as long as one looks, and comes back."""
        desk = self.desk
        desk.go('Sending', 'What goes')
        self.shot('sending')
        desk.click('Sign and Send')
        desk.write('Passphrase', PASSPHRASE)
        desk.write('Passphrase once more', PASSPHRASE)
        desk.click('Make Key')
        self.holds('a part of it arrives', self.stands_still(STANDS_STILL))
        self.stop_module()
        self.holds('the break in the middle is told', desk.there('/^Waiting/', timeout=60))
        self.shot('waiting')
        self.start_module()
        self.holds('and overcome: the receipt says accepted', desk.there('Accepted', timeout=90))
        self.shot('accepted')

    def look_at_what_is_left(self):
        """Archive and receipt, as they lie in the person's outbox."""
        self.desk.close()
        archives, receipts = [], []
        for folder, _s, names in os.walk(os.path.join(os.environ['XDG_DATA_HOME'], 'palermo', 'outbox')):
            archives += [os.path.join(folder, n) for n in names if n.endswith('.asice')]
            receipts += [os.path.join(folder, n) for n in names if n.endswith('.p7m')]
        self.holds('one archive and one receipt are left', len(archives) == 1 and len(receipts) == 1, str(archives + receipts))
        if not (archives and receipts):
            return None, None
        done = self.run('verify', archives[0], '--json')
        verdict = json.loads(done.stdout or '{}')
        self.holds('the archive verifies; its signer is not known yet', done.returncode == 1 and
                   verdict.get('indication') == 'INDETERMINATE', done.stderr)
        done = self.run('receipt', receipts[0], '--trust', self.ready['moduleCertificate'], '--archive', archives[0], '--json')
        self.holds('the receipt verifies and speaks of this archive', done.returncode == 0 and
                   json.loads(done.stdout).get('status') == 'accepted', done.stderr)
        done = self.run('dossier', 'check', self.dossier)
        self.holds('the dossier is sound', done.returncode == 0, done.stderr)
        return archives[0], receipts[0]

    def end(self):
        if self.desk and self.desk.process.poll() is None:
            self.desk.close()
        self.stop_module()
        if self.keyring:
            self.keyring.terminate()
            self.keyring.wait()
        self.holds('no program had to complain of how it is made', not Desk.complaints, '; '.join(sorted(set(Desk.complaints))))

    def tell(self):
        try:
            self.start_module(f'stall={STANDS_STILL}')
            self.new_dossier()
            self.answer()
            self.kill_and_reopen()
            self.consult()
            self.send()
            return self.look_at_what_is_left()
        except NotFound as missing:
            self.holds(f'the story goes on: {missing}', False, self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
            return None, None
        finally:
            self.end()


class Apart(Story):
    """Several people, each with a computer of their own, and files that go between them."""

    def __init__(self, build, out, check):
        super().__init__(build, out, check)
        self.folder = tempfile.mkdtemp(prefix='palermo-apart-')

    def path(self, name):
        return os.path.join(self.folder, name)

    def home(self, name):
        """The environment on the computer of a person."""
        home = self.path('home-' + name)
        places = {f'XDG_{what}_HOME': os.path.join(home, what.lower()) for what in ('DATA', 'CONFIG', 'CACHE', 'STATE')}
        for place in places.values():
            os.makedirs(place, exist_ok=True)
        return {**places, 'HOME': home}

    def at(self, name, *words):
        """The program there; one at a time, as they share the display."""
        if self.desk:
            self.desk.close()
        self.desk = Desk([self.program, *words], **self.home(name))
        return self.desk

    def good(self, *words, at=None):
        """What the command line says there, when it must not fail."""
        environment = {**os.environ, **self.home(at)} if at else None
        done = subprocess.run([self.cli, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              env=environment)
        if done.returncode:
            raise NotFound(f'{words}: {done.stderr}')
        return done.stdout

    def make_certificate(self, name):
        """NAME.pem and NAME-key.pem, as another program makes them."""
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                        '-subj', '/CN=' + name, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-addext',
                        'basicConstraints=critical,CA:FALSE', '-keyout', self.path(name + '-key.pem'), '-out',
                        self.path(name + '.pem')], check=True, stderr=subprocess.DEVNULL)

    def pick(self, path):
        """Types a path into the file chooser."""
        self.desk.choose_file(path)

    def save_as(self, path):
        self.desk.choose_file(path, instead=True)

    def make_key(self, name):
        desk = self.desk
        desk.find('Passphrase', timeout=30)
        desk.write('Name or office, as the receiver will see it', name)
        desk.write('Passphrase', PASSPHRASE)
        desk.write('Passphrase once more', PASSPHRASE)
        desk.click('Make Key')

    def unlock(self):
        self.desk.find('Passphrase', timeout=30)
        self.desk.write('Passphrase', PASSPHRASE)
        self.desk.click('Unlock')

    def says(self, words, timeout=10):
        """Whether a row is described so: what stands below its title."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if any(words in (thing.accessible.get_description() or '') for thing in self.desk.matches(role='list item')):
                return True
            time.sleep(0.3)
        return False
