# SPDX-License-Identifier: GPL-3.0-or-later
"""The text twin of a kit, filled in and left as other programs leave it, without Palermo."""
import re
import zipfile
from xml.sax.saxutils import escape

MAIN = 'word/document.xml'
IMAGE = b'\x89PNG\r\n\x1a\n' + b'\0' * 40


def load(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def save(path, parts, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, 'w', method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def change(parts, function):
    return {**parts, MAIN: function(parts[MAIN].decode()).encode()}


def run(text):
    lines = '<w:br/>'.join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split('\n'))
    return f'<w:r>{lines}</w:r>'


def row_of(document, code):
    """Where the row of a code begins and ends."""
    shown = document.index(f'<w:tag w:val="{code}' + ('=' if f'<w:tag w:val="{code}"' not in document else '"'))
    return document.rindex('<w:tr>', 0, shown), document.index('</w:tr>', shown) + len('</w:tr>')


def fill(code, text):
    """Text in a control, as a word processor writes it: fill('about.title', 'Help')."""
    def filled(document):
        start = document.index(f'<w:tag w:val="{code}"/>')
        end = document.index('</w:sdt>', start)
        control = document[start:end].replace('<w:showingPlcHdr/>', '')
        control = re.sub(r'<w:sdtContent>.*', lambda _: f'<w:sdtContent>{run(text)}</w:sdtContent>', control, flags=re.S)
        return document[:start] + control + document[end:]
    return filled


def tick(code, value):
    def ticked(document):
        start = document.index(f'<w:tag w:val="{code}={value}"/>')
        end = document.index('</w:sdt>', start)
        control = document[start:end].replace('w14:checked w14:val="0"', 'w14:checked w14:val="1"').replace('\u2610', '\u2612')
        return document[:start] + control + document[end:]
    return ticked


def replace_cell(code, inside):
    """Whatever stands in the answer cell of a code becomes something else."""
    def replaced(document):
        start, end = row_of(document, code)
        row = document[start:end]
        cell = row.rindex('</w:tcPr>') + len('</w:tcPr>')
        return document[:start] + row[:cell] + inside + '</w:tc></w:tr>' + document[end:]
    return replaced


def as_libreoffice(document):
    """What a save by LibreOffice leaves: no tags, numbers of its own, boxes and lists without a name, placeholders as text."""
    document = re.sub(r'<w:tag w:val="[^"]*"/>', '', document)
    document = document.replace('<w:showingPlcHdr/>', '')
    document = re.sub(r'<w:alias w:val="[^"]*"/>(<w:id w:val="\d+"/>(?:<w:dropDownList>|<w14:checkbox>))', r'\1', document)
    document = re.sub(r'(<w:bookmarkStart w:id=")(\d+)(" w:name="pal_[^"]*)("/>)', r'\1\2\3\4\g<1>9\2\3_Copy_1\4<w:bookmarkEnd w:id="9\2"/>', document)
    return document


def without_controls(document):
    """What a program leaves that knows nothing of controls and bookmarks."""
    document = re.sub(r'<w:sdtPr>.*?</w:sdtPr>', '', document, flags=re.S)
    document = re.sub(r'</?w:sdt(Content)?>', '', document)
    return re.sub(r'<w:bookmark(Start|End)[^>]*/>', '', document)
