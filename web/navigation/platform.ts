/** Keys have other names on a Mac, and other duties. */
export const isMac = /^(Mac|iP)/.test(navigator.platform);
