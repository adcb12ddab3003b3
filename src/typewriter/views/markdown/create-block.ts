/** Creates blocks. */
import type { Block } from './block.ts';
import { Fence, IndentedCode } from './code.ts';
import { FootnoteBlock, Item, List, Quote, type Container } from './containers.ts';
import type { RenderContext } from './context.ts';
import { Details, Summary } from './details.ts';
import { MathBlock } from './math-block.ts';
import { HtmlBlock } from './html-block.ts';
import { Heading, Paragraph, Rule } from './leaves.ts';
import type { Opening } from './openings.ts';

/** Creates the block for an opening. */
export function createBlock(opening: Opening, parent: Container, context: RenderContext): Block {
  switch (opening.type) {
    case 'quote':
      return new Quote();
    case 'list':
      return new List(opening.kind);
    case 'item':
      return new Item(parent as List, opening.kind);
    case 'footnote':
      return new FootnoteBlock(opening.label, context);
    case 'details':
      return new Details(opening.isOpen);
    case 'summary':
      return new Summary(opening.text, context);
    case 'paragraph':
      return new Paragraph(parent, opening.task, context);
    case 'heading':
      return new Heading(opening.depth, context);
    case 'fence':
      return new Fence(opening.fence, opening.indent, opening.info, context);
    case 'code':
      return new IndentedCode(context);
    case 'html':
      return new HtmlBlock(opening.kind, context);
    case 'math':
      return new MathBlock(opening.open, opening.close, context);
    case 'rule':
      return new Rule();
    default:
      return opening satisfies never;
  }
}
