/**
 * store -- all that the pages show, in one place.
 *
 * Whoever has news says change(), and all is drawn again once, with the next
 * frame; nobody else touches the document.
 */

/**
 * @typedef {object} Me who is logged in
 * @property {boolean} admin
 * @property {boolean} readOnly
 * @property {string} name of the account, or the domain
 * @property {number} [accountId] none: a domain's own login
 * @property {string} [role]
 * @property {number} [domainId] whose login it is
 * @property {number[]} looks domains that he may only look at
 */

/**
 * @typedef {object} State
 * @property {string} lang
 * @property {'system'|'light'|'dark'} scheme
 * @property {'starting'|'login'|'open'} phase
 * @property {'lost'|'opening'|'ready'} link
 * @property {boolean} busy the last answer was that nobody answers
 * @property {?Me} me
 * @property {{screen: string, id: string, query: Object<string, string>}} route
 * @property {*} here what the screen that is open knows; its own
 * @property {Array<object>} domains
 * @property {Array<object>} toasts
 * @property {?object} dialog
 * @property {number} [unassigned] devices that wait for a domain
 * @property {boolean} framed an App inside myApps
 * @property {string} title that myApps has for it
 * @property {string} refusal why myApps does not log in
 * @property {boolean} menu
 */

/** @type {State} */
export const state = {
	lang: 'en',
	scheme: 'system',
	phase: 'starting',
	link: 'lost',
	busy: false,
	me: null,
	route: {screen: '', id: '', query: {}},
	here: null,
	domains: [],
	toasts: [],
	dialog: null,
	framed: false,
	title: '',
	refusal: '',
	menu: false,
};

/** May the person change what belongs to that domain? @param {number} [domainId] */
export function mayChange(domainId) {
	return !state.me.readOnly && !state.me.looks.includes(domainId);
}

/** @type {?function(): void} */
let drawer = null;
let asked = false;
let after = [];

function run() {
	asked = false;
	drawer?.();
	const todo = after;
	after = [];
	for (const fn of todo)
		fn();
}

/**
 * Something is new.
 * @param {Partial<State>} [news] members of the state
 */
export function change(news) {
	if (news)
		Object.assign(state, news);
	if (asked || !drawer)
		return;
	asked = true;
	requestAnimationFrame(run);
}

/** Do it once all is drawn, such as giving the focus. */
export function afterwards(fn) {
	after.push(fn);
	change();
}

/** @param {function(): void} fn draws all */
export function drawBy(fn) {
	drawer = fn;
	change();
}
