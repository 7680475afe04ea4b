/**
 * The panel's own script: it loads the page anew, counts down to the next corte, and tells when the page is older than
 * it should be. It stands in the page as it is here, for browsers of the last years.
 */

/** Seconds. `iec run` writes the page every ten. */
export const AGE = {
  /** the page is loaded anew so often */
  reload: 15,
  /** a page that stays the same for longer is not kept any more */
  most: 90,
} as const;

/**
 * Nothing is told by the viewer's clock, which may be wrong: what counts is for how long one and the same page has been
 * seen, by the browser's own stop watch, carried from one load to the next in the history's state. The clock only gives a
 * doubt, until the page was seen to change once. Where the server can't be reached the page stays and grows old.
 */
export const SCRIPT = `(() => {
'use strict';
const by = (id) => document.getElementById(id);
const written = Number(by('panel').dataset.written);
const stale = by('stale'), doubt = by('doubt'), next = by('next');
const most = stale ? Number(stale.dataset.after) * 1000 : Infinity;
const title = document.title;
const loaded = performance.now();
const before = history.state && history.state.panel ? history.state : null;
const isSame = before !== null && before.written === written;
const ageAtLoad = isSame ? before.age : 0;
const wasRenewed = before !== null && (before.wasRenewed || !isSame);
const told = before === null ? written : Math.max(written, before.hour);
const hourAtLoad = !isSame && told - written > 120000 ? written : told;
const since = () => performance.now() - loaded;
const age = () => ageAtLoad + since();
const keep = () => history.replaceState({ panel: true, written, age: age(), hour: hourAtLoad + since(), wasRenewed }, '');

const two = (n) => String(n).padStart(2, '0');
function clock(ms) {
  const s = Math.floor(ms / 1000), h = Math.floor(s / 3600), min = Math.floor(s / 60) % 60;
  if (h >= 48) return Math.floor(h / 24) + ' d ' + (h % 24) + ' h';
  return (h > 0 ? h + ':' + two(min) : String(min)) + ':' + two(s % 60);
}
function span(ms) {
  const s = Math.floor(ms / 1000), h = Math.floor(s / 3600), min = Math.floor(s / 60) % 60;
  if (h >= 48) return Math.floor(h / 24) + ' días';
  return h > 0 ? h + ' h ' + min + ' min' : min > 0 ? min + ' min ' + (s % 60) + ' s' : s + ' s';
}

function tick() {
  const isStale = age() > most;
  document.body.classList.toggle('is-stale', isStale);
  if (stale) {
    if (isStale && stale.getAttribute('role') !== 'alert') stale.setAttribute('role', 'alert');
    by('age').textContent = isStale ? ', hace ' + span(age()) : '';
    const apart = Date.now() - written;
    doubt.hidden = isStale || wasRenewed || apart < most;
    by('apart').textContent = span(apart);
  }
  document.title = isStale ? '■ PÁGINA DETENIDA · ' + title : title;
  if (next) {
    const left = Number(next.dataset.at) - hourAtLoad - since();
    const isLate = hourAtLoad + since() > Number(next.dataset.lateAt);
    next.classList.toggle('late', isLate && !isStale);
    next.firstChild.textContent = isStale ? 'no se sabe' : left > 0 ? clock(left) : isLate ? '+' + clock(-left) : 'ahora';
  }
}

function isInUse() {
  const selection = getSelection();
  return document.querySelector('details[open]') !== null || (selection !== null && !selection.isCollapsed);
}
function reload() {
  keep();
  location.reload();
}
function renew() {
  if (isInUse() && since() < 60000) return;
  if (location.protocol === 'file:') return reload();
  fetch(location.href, { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(10000) }).then(
    (answer) => { if (answer.ok) reload(); },
    () => {},
  );
}
addEventListener('pagehide', keep);
setInterval(tick, 1000);
setInterval(renew, ${AGE.reload * 1000});
tick();
})();`;
