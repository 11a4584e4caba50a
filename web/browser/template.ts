import $ from 'jquery';

const originals = new Map<string, Element>();

/** A copy of the single element in a `<template>` of the page. */
export function cloneTemplate(selector: string): JQuery {
  return $(cloneElement(selector));
}

export function cloneElement(selector: string): HTMLElement {
  const original = originals.get(selector) ?? originalOf(selector);
  const element = original.cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error(`${selector} holds no HTML element`);
  return element;
}

/** The part of the element that the selector names. */
export function requirePart(element: HTMLElement, selector: string): HTMLElement {
  const part = element.querySelector(selector);
  if (!(part instanceof HTMLElement)) throw new Error(`the element lacks ${selector}`);
  return part;
}

function originalOf(selector: string): Element {
  const template = $(selector)[0];
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`the page lacks ${selector}`);
  const original = template.content.firstElementChild;
  if (original === null) throw new Error(`${selector} is empty`);
  originals.set(selector, original);
  return original;
}
