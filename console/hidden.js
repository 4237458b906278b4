/**
 * hidden -- the page that nobody sees: inside myApps it gives other Apps the
 * API com.innovaphone.devices.  It is driven by messages alone: a page that is
 * not shown draws no frames.
 */

import {open, socketAt, whenLost, whenReady} from './link.js';
import {begin, enter, hear, ownSocket, register} from './myapps.js';
import {API, consumerClosed, request, setReady} from './relay.js';

hear({ApiRequest: request, ApiConsumerClosed: consumerClosed});
begin();
socketAt(ownSocket());
whenLost(() => setReady(false));
whenReady(() => {
	register(API);
	setReady(true);
});
open(enter, () => {});
