#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story on a private display, with a break in the middle of the upload; then the archive is checked as
a stranger would, with openssl and sha256sum. Prints where everything lies."""
import argparse
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FAILED = []


def say(name, good, why=''):
    print(('  ✓ ' if good else '  ✗ ') + name + ('' if good or not why else f': {why}'), flush=True)
    if not good:
        FAILED.append(name)


def check_as_a_stranger(archive, out):
    """The commands of the README."""
    unpacked = os.path.join(out, 'x')
    shutil.rmtree(unpacked, ignore_errors=True)
    script = '''set -e
unzip -q "$1" -d x && cd x
openssl pkcs7 -inform DER -in META-INF/signature001.p7s -print_certs > ../trusted.pem
openssl cms -verify -binary -cades -purpose any -inform DER -in META-INF/signature001.p7s \\
        -content META-INF/ASiCManifest001.xml -CAfile ../trusted.pem -out /dev/null
grep -qF "$(openssl dgst -sha256 -binary manifest-sha256.txt | base64)" META-INF/ASiCManifest001.xml
sha256sum -c manifest-sha256.txt'''
    done = subprocess.run(['bash', '-c', script, 'check', archive], cwd=out, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    say('openssl cms -verify and sha256sum -c agree with the archive', done.returncode == 0, done.stdout)


def inside(build, out):
    sys.path.insert(0, HERE)
    from story import Story
    archive, receipt = Story(build, out, say).tell()
    if archive:
        shutil.copy(archive, os.path.join(out, 'submission.asice'))
        shutil.copy(receipt, os.path.join(out, 'submission.receipt.p7m'))
        check_as_a_stranger(os.path.join(out, 'submission.asice'), out)
        print(f'\nArchive:  {out}/submission.asice\nReceipt:  {out}/submission.receipt.p7m')
    print(f'Pictures: {", ".join(sorted(os.path.join(out, n) for n in os.listdir(out) if n.endswith(".png")))}')
    return 1 if FAILED or not archive else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    build, out = os.path.abspath(args.build), os.path.abspath(args.out)
    if args.inside:
        return inside(build, out)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    return subprocess.run([os.path.join(HERE, 'display'), '/usr/bin/python3', os.path.abspath(__file__), '--inside', '--build', build,
                           '--out', out], check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
