export declare function isBlank(text: string): boolean
export declare function shownText(text: string): string
export declare function shownName(name: string): string
