/**
 * alarmed -- what an alarm is about, as a way to it: the overview shows it, and the
 * screen of alarms.
 */

import {html} from './html.js';
import {href} from './route.js';

/** A job that has gone leads to the list: it may be there by another name. */
function jobHref({jobId, work}, domainId) {
	return href(work === 'backup' ? 'backup' : jobId ? 'job' : 'jobs',
		String(jobId ?? ''), {domain: String(domainId)});
}

/** Where to go for each kind; the others are about the instance. */
const WHERE = {
	offline: one => href('device', one.subject),
	'backup-missing': one => href('saves', one.subject),
	'phone-elsewhere': one => href('phone', one.subject),
	'job-failed': (one, domainId) => jobHref(one, domainId),
	rental: (one, domainId) => href('rental', String(domainId)),
};

/** The name of a job is its subject, of a device its detail. */
function words({kind, subject, detail}) {
	return kind === 'offline' || kind === 'backup-missing' ? detail || subject
		: kind === 'disk' || kind === 'rental' ? detail : `${subject}: ${detail}`;
}

/** @param {object} one alarm @param {number} domainId whose it is */
export function alarmed(one, domainId) {
	const where = WHERE[one.kind]?.(one, domainId);
	return where ? html`<a href="${where}">${words(one)}</a>`
		: html`<span>${words(one)}</span>`;
}
