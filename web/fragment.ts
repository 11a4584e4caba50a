import $ from 'jquery';

/** A new copy of the one element in a `<template>` of the page. */
export function fromTemplate(selector: string): JQuery {
  const template = $(selector)[0];
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`the page lacks ${selector}`);
  const element = template.content.firstElementChild?.cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error(`${selector} is empty`);
  return $(element);
}
