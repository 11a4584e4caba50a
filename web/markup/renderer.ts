import { messages } from '../locale/en.ts';
import type { Inline } from './inline-parser.ts';
import { isSameName, knownNames } from './known-names.ts';
import { type Block, parseMarkup } from './parser.ts';

const EMOJI_ALONE = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** A family of four is 11 code units, the flag of a part of a country 14. */
const EMOJI_ALONE_UNITS = 48;

/** Renders a message text as nodes. No part of the text is ever parsed as HTML. */
export function renderText(text: string, me: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const blocks = parseMarkup(text, knownNames);
  if (isEmojiAlone(text)) fragment.append(element('span', 'emoji-alone', [text]));
  else fragment.append(...blockNodes(blocks, me));
  return fragment;
}

/** Text alone needs no paragraph. */
function blockNodes(blocks: readonly Block[], me: string): Node[] {
  const [first] = blocks;
  if (first?.type === 'text' && blocks.length === 1) return nodesOf(first.parts, me);
  return blocks.map((block) => blockNode(block, me));
}

function isEmojiAlone(text: string): boolean {
  return text.length <= EMOJI_ALONE_UNITS && EMOJI_ALONE.test(text);
}

function blockNode(block: Block, me: string): Node {
  if (block.type === 'code') return codeBlock(block.text);
  const node =
    block.type === 'quote'
      ? element('blockquote', '', blockNodes(block.parts, me))
      : element('p', '', nodesOf(block.parts, me));
  node.dir = 'auto';
  return node;
}

/** The block scrolls by itself, so the keyboard must reach it. */
function codeBlock(text: string): Node {
  const node = element('pre', 'code', [element('code', '', [text])]);
  node.tabIndex = 0;
  node.dir = 'ltr';
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', messages.code);
  return node;
}

function nodesOf(parts: readonly Inline[], me: string): Node[] {
  return parts.map((part) => inlineNode(part, me));
}

function inlineNode(part: Inline, me: string): Node {
  switch (part.type) {
    case 'text':
      return document.createTextNode(part.text);
    case 'code':
      return element('code', '', [part.text]);
    case 'bold':
      return element('strong', '', nodesOf(part.parts, me));
    case 'italic':
      return element('em', '', nodesOf(part.parts, me));
    case 'mention':
      return mention(part.text, me);
    case 'link':
      return link(part.text, part.href);
    default:
      return part satisfies never;
  }
}

function mention(text: string, me: string): Node {
  const node = element('span', isSameName(text.slice(1), me) ? 'mention to-me' : 'mention', [text]);
  node.dir = 'auto';
  return node;
}

function link(text: string, href: string): Node {
  const node = document.createElement('a');
  node.href = href;
  node.rel = 'noopener noreferrer';
  node.target = '_blank';
  node.dir = 'ltr';
  node.append(text);
  return node;
}

function element(name: string, className: string, children: readonly (Node | string)[]): HTMLElement {
  const node = document.createElement(name);
  if (className !== '') node.className = className;
  node.append(...children);
  return node;
}
