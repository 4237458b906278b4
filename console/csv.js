/**
 * csv -- files of devices: cut into pieces that a message has room for, and
 * written.  What a field means is the server's business.
 */

/** The text of a file: UTF-8, or UTF-16 as spreadsheets save it.
 * @param {Blob} file */
export async function textOf(file) {
	const bytes = new Uint8Array(await file.arrayBuffer());
	const [a, b] = bytes;
	const coding = a === 0xff && b === 0xfe ? 'utf-16le'
		: a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
	return new TextDecoder(coding).decode(bytes);
}

/** Records with the lines they begin on; a quoted field may hold line ends. */
function records(text) {
	const all = [];
	let line = 1, from = 0, quoted = false;
	let begun = line;
	for (let i = 0; i <= text.length; i++) {
		const c = text[i];
		if (c === '"')
			quoted = !quoted;
		const ends = c === undefined || c === '\n'
			|| c === '\r' && text[i + 1] !== '\n';
		if (!ends)
			continue;
		line++;
		if (quoted && c !== undefined)
			continue;
		if (i > from)
			all.push({text: text.slice(from, i), line: begun});
		from = i + 1;
		begun = line;
	}
	return all;
}

function bytes(text) {
	return new TextEncoder().encode(JSON.stringify(text)).length;
}

/**
 * Pieces of a file, each with its first line, which names the columns.
 * @param {string} text
 * @param {number} most bytes of a piece as JSON
 * @returns {Array<{csv: string, rows: number, lines: Array<number>}>} lines: on
 *	which line of the file each line of the piece stood
 */
export function pieces(text, most) {
	const rows = records(text);
	const head = rows.splice(0, /^sep=.\s*$/i.test(rows[0]?.text) ? 2 : 1);
	const all = [];
	let piece = null, room = 0;
	for (const row of rows) {
		const size = bytes(row.text) + 2;
		if (!piece || size > room) {
			piece = {csv: '', rows: 0, lines: [0]};
			room = most;
			all.push(piece);
			for (const one of head)
				add(piece, one);
			room -= bytes(piece.csv);
		}
		add(piece, row);
		piece.rows++;
		room -= size;
	}
	return all;
}

function add(piece, {text, line}) {
	piece.csv += text + '\n';
	const n = text.split('\n').length;
	for (let i = 0; i < n; i++)
		piece.lines.push(line + i);
}

/** A field that a spreadsheet would run as a formula gets an apostrophe. */
function field(value) {
	const text = String(value ?? '');
	const safe = /^'?[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",;\t\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** @param {Array<Array<*>>} rows the first has the names of the columns */
export function written(rows) {
	return '\ufeff' + rows.map(row => row.map(field).join(',') + '\r\n').join('');
}
