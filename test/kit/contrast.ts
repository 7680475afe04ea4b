import type { Page } from 'playwright-core';

/** How many texts are seen, and those whose contrast with what is behind them is below 4.5 to 1 (WCAG AA). */
export function faint(page: Page): Promise<{ seen: number; found: string[] }> {
  return page.evaluate(`(() => {
    const numbers = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
    const linear = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    const light = (color) => {
      const [r, g, b] = numbers(color).map(linear);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (numbers(backgroundColor)[3] !== 0) return backgroundColor;
      }
      return 'rgb(255, 255, 255)';
    };
    const found = [];
    let seen = 0;
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own || !element.checkVisibility()) continue;
      seen++;
      const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) found.push(ratio.toFixed(2) + ' ' + element.textContent.slice(0, 60));
    }
    return { seen, found };
  })()`);
}
