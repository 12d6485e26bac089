/** OpenAI spells one hosted tool in several ways: `web_search_preview_2025_03_11`, `computer_use_preview`, … */
export function hostedType(type: string): string {
  const plain = type.replace(/_\d{4}_\d{2}_\d{2}$/, '').replace(/_preview$/, '');
  return plain === 'computer_use' ? 'computer' : plain;
}
