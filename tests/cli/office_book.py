# SPDX-License-Identifier: GPL-3.0-or-later
"""A workbook that somebody fills in: cells are found by the text beside them, written as a spreadsheet program would, and moved about."""
import re
import zipfile
from xml.etree import ElementTree

MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
Q = '{' + MAIN + '}'
ElementTree.register_namespace('', MAIN)
ElementTree.register_namespace('r', RELATION)


def letters(column):
    name = ''
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_of(reference):
    match = re.fullmatch(r'([A-Z]+)([0-9]+)', reference)
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return column, int(match.group(2))


class Book:
    def __init__(self, path):
        with zipfile.ZipFile(path) as z:
            self.entries = {i.filename: z.read(i) for i in z.infolist()}
        workbook = ElementTree.fromstring(self.entries['xl/workbook.xml'])
        self.sheets = []  # [name, part, tree, state]
        for i, sheet in enumerate(workbook.iter(Q + 'sheet'), 1):
            part = f'xl/worksheets/sheet{i}.xml'
            self.sheets.append([sheet.get('name'), part, ElementTree.fromstring(self.entries[part]), sheet.get('state')])

    def cells(self):
        for name, _, tree, _ in self.sheets:
            for cell in tree.iter(Q + 'c'):
                text = ''.join(t.text or '' for t in cell.iter(Q + 't'))
                if text:
                    yield name, cell.get('r'), text

    def find(self, text):
        """(sheet, column, row) of the first cell with this text."""
        for i, (_, _, tree, _) in enumerate(self.sheets):
            for cell in tree.iter(Q + 'c'):
                if ''.join(t.text or '' for t in cell.iter(Q + 't')) == text:
                    return (i, *place_of(cell.get('r')))
        raise KeyError(text)

    def row(self, sheet, number):
        data = self.sheets[sheet][2].find(Q + 'sheetData')
        for row in data:
            if row.get('r') == str(number):
                return row
        row = ElementTree.SubElement(data, Q + 'row', {'r': str(number)})
        return row

    def put(self, sheet, column, number, text, xml=None, **attributes):
        """text, or the XML inside the cell."""
        row = self.row(sheet, number)
        reference = f'{letters(column)}{number}'
        found = [c for c in row if c.get('r') == reference]
        cell = found[0] if found else ElementTree.SubElement(row, Q + 'c', {'r': reference})
        cell[:] = []
        cell.attrib.pop('t', None)
        if xml is not None:
            cell.attrib.update(attributes)
            cell[:] = list(ElementTree.fromstring(f'<c xmlns="{MAIN}">{xml}</c>'))
        elif text is not None:
            cell.set('t', 'inlineStr')
            t = ElementTree.SubElement(ElementTree.SubElement(cell, Q + 'is'), Q + 't')
            t.text = text
            t.set('{http://www.w3.org/XML/1998/namespace}space', 'preserve')
        row[:] = sorted(row, key=lambda c: place_of(c.get('r'))[0])

    def answer(self, code, text, row=None, **more):
        """Beside a question, or in a row of a table."""
        sheet, column, number = self.find(code)
        if row is None:
            self.put(sheet, 3, number, text, **more)
        else:
            self.put(sheet, column, number + row, text, **more)

    def move_rows(self, sheet, order):
        """order: function that gives each row number its new one."""
        data = self.sheets[sheet][2].find(Q + 'sheetData')
        for row in data:
            number = order(int(row.get('r')))
            row.set('r', str(number))
            for cell in row:
                cell.set('r', f'{letters(place_of(cell.get("r"))[0])}{number}')
        data[:] = sorted(data, key=lambda r: int(r.get('r')))
        for gone in ('mergeCells', 'dataValidations'):
            for found in self.sheets[sheet][2].findall(Q + gone):
                self.sheets[sheet][2].remove(found)

    def move_columns(self, sheet, order):
        for row in self.sheets[sheet][2].find(Q + 'sheetData'):
            for cell in row:
                column, number = place_of(cell.get('r'))
                cell.set('r', f'{letters(order(column))}{number}')
            row[:] = sorted(row, key=lambda c: place_of(c.get('r'))[0])

    def share_strings(self):
        """As most programs save it: texts in one table, other names of parts, nothing of ours beside the cells."""
        texts = []
        for _, _, tree, _ in self.sheets:
            for cell in tree.iter(Q + 'c'):
                if cell.get('t') != 'inlineStr':
                    continue
                texts.append(''.join(t.text or '' for t in cell.iter(Q + 't')))
                cell[:] = []
                cell.set('t', 's')
                ElementTree.SubElement(cell, Q + 'v').text = str(len(texts) - 1)
        strings = ElementTree.Element(Q + 'sst')
        for text in texts:
            ElementTree.SubElement(ElementTree.SubElement(strings, Q + 'si'), Q + 't').text = text
        self.entries['xl/sharedStrings.xml'] = ElementTree.tostring(strings)
        self.entries['xl/_rels/workbook.xml.rels'] = self.entries['xl/_rels/workbook.xml.rels'].replace(
            b'</Relationships>', f'<Relationship Id="rs" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'.encode())
        self.entries.pop('docProps/core.xml', None)

    def add_format(self, number_format):
        """Index of a cell format that shows numbers as this."""
        styles = self.entries['xl/styles.xml'].decode()
        count = int(re.search(r'<cellXfs count="(\d+)"', styles).group(1))
        styles = styles.replace(f'<cellXfs count="{count}"', f'<cellXfs count="{count + 1}"').replace(
            '</cellXfs>', f'<xf numFmtId="{number_format}" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>')
        self.entries['xl/styles.xml'] = styles.encode()
        return str(count)

    def save(self, path, names=None, leave_out=(), method=zipfile.ZIP_DEFLATED):
        entries = dict(self.entries)
        for name, part, tree, _ in self.sheets:
            entries[part] = ElementTree.tostring(tree)
        workbook = entries['xl/workbook.xml'].decode()
        for old, new in (names or {}).items():
            workbook = workbook.replace(f'name="{old}"', f'name="{new}"')
        for name in leave_out:
            workbook = re.sub(rf'<sheet name="{name}"[^>]*/>', '', workbook)
        entries['xl/workbook.xml'] = workbook.encode()
        with zipfile.ZipFile(path, 'w', method) as z:
            for name, data in entries.items():
                z.writestr(name, data)
        return path
