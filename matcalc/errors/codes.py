"""The table of error codes: what each means, an example, what to do, and the exit code it leads to."""

from typing import NamedTuple


class Code(NamedTuple):
    """What is known about an error code.

    >>> CODES["E201"].title
    'inner dimensions of a product differ'
    """

    title: str
    exit_code: int
    explanation: str


USAGE = 2
UNREADABLE = 3
DIMENSIONS = 4
UNSUPPORTED = 5
STREAMS = 6
DEFECT = 70

CODES: dict[str, Code] = {
    # E1xx: the expression cannot be read
    "E101": Code(
        "unexpected character",
        UNREADABLE,
        "A character occurs that has no meaning in the language, as in `A # B` or `x ? y`. Remove it, or "
        "write the operation out: a product is `A*B`, a transpose is `A'`.",
    ),
    "E102": Code(
        "unexpected symbol",
        UNREADABLE,
        "A symbol occurs where it cannot, as the slash in `A*/B` or the comma in `A, B`. Often an operand or "
        "an operator is missing just before the marked place.",
    ),
    "E103": Code(
        "unexpected end",
        UNREADABLE,
        "The expression ends where an operand has to follow, as in `A*x -`. Write the missing operand, or "
        "remove the operator at the end.",
    ),
    "E104": Code(
        "a bracket or bar without its partner",
        UNREADABLE,
        "A bracket or a norm bar is opened but not closed, or closed but not opened, as in `tr(A*X` or "
        "`||x|`. Add the partner; where bars are nested, `norm2(x)` and `det(X)` say the same without bars.",
    ),
    "E105": Code(
        "unknown function",
        UNREADABLE,
        "A name is used as a function, but there is no such function, as in `trac(A)`. `matcalc functions` "
        "lists all functions; a product of a name and a bracket needs a star, as in `a*(b)`.",
    ),
    "E106": Code(
        "wrong number of arguments",
        UNREADABLE,
        "A function is given too many or too few arguments, as in `tr(A, B)`, or something other than a size "
        "where it takes one, as in `I(0)`. `matcalc functions` shows how many each function takes; sizes are "
        "positive integers, names, and their sums and products.",
    ),
    "E107": Code(
        "wrong definition in `where`",
        UNREADABLE,
        "A name is defined twice after `where`, or its definition leads back to itself, as in `r'*r where r "
        "= r + x`. Define each name once, from variables and from other definitions; a definition may stay "
        "unused.",
    ),
    "E108": Code(
        "outside the limits",
        UNREADABLE,
        "A number or the whole expression is too large, as `1e999999999` is, or is nested too deeply. Use a "
        "variable for the number, or name parts of the expression with `where`.",
    ),
    "E109": Code(
        "function name without arguments",
        UNREADABLE,
        "The name of a function stands alone, as in `exp + x`. Give it its arguments, `exp(x)`, or choose "
        "another name for the variable.",
    ),
    "E110": Code(
        "an unknown function, or a factor",
        UNREADABLE,
        "A name right before a bracket may be a factor or an unknown function, as in `f(A*x)`, `A(t)` or "
        "`k(x, y)`. Write a product with a star, `f*(A*x)`; for a function write out its formula. Before a "
        "bracket with a sum, as in `W(x + y)`, a name is a factor, except for letters that are functions by "
        "convention, such as `f`; these are factors if they are declared or also occur alone.",
    ),
    "E111": Code(
        "names that cannot be told apart",
        UNREADABLE,
        "Two names of one text look alike, as a Cyrillic `х` beside `x`, or are spellings of one name, as "
        "`φ` and `ϕ`; or a variable has the name of a function in the result. Give one of them another name.",
    ),
    # E2xx: the dimensions do not fit
    "E201": Code(
        "inner dimensions of a product differ",
        DIMENSIONS,
        "In a product the number of columns on the left differs from the number of rows on the right, as in "
        "`A*y` with A of size m×n and y of size m. Transpose a factor, exchange two, or correct a "
        "declaration.",
    ),
    "E202": Code(
        "shapes differ",
        DIMENSIONS,
        "The operands of a sum, a difference or an elementwise operation differ in shape, as in `A + x` or "
        "`x .* y` with vectors of different lengths. Transpose one, or correct a declaration.",
    ),
    "E203": Code(
        "argument of the wrong shape",
        DIMENSIONS,
        "A function does not accept an argument of this shape, as in `logsumexp(A)` for a matrix A. `matcalc "
        "functions` shows the shapes; `vec(A)` turns a matrix into a vector, `diag(x)` a vector into a "
        "matrix. Some functions need a matrix that is known to be symmetric, by declaration or by its form, "
        "as in `lambda_max(X'*X)`.",
    ),
    "E204": Code(
        "a square matrix is needed",
        DIMENSIONS,
        "The operation, such as `inv`, `det` or `tr`, is defined for square matrices only. Declare the "
        "matrix square, as in `A: matrix(n,n)`, or use another operation, such as `pinv`.",
    ),
    "E205": Code(
        "size of a constant unknown",
        DIMENSIONS,
        "A constant takes its size from the context, and here nothing determines it, as in `tr(I)`. Give the "
        "size, as in `tr(I(n))`.",
    ),
    "E206": Code(
        "several readings fit about equally well",
        DIMENSIONS,
        "The kinds of the undeclared names can be chosen in more than one way that makes all dimensions fit, "
        "and no reading is much likelier than the others. The readings are shown; declare one of the names, "
        'as in `--var "a: vector(n)"`, to choose among them.',
    ),
    "E207": Code(
        "no reading fits",
        DIMENSIONS,
        "However the kinds of the undeclared names are chosen, the dimensions do not fit. Check the "
        "expression for a missing transpose, and declare the names whose kinds you know.",
    ),
    "E208": Code(
        "exponent or divisor that is not a scalar",
        DIMENSIONS,
        "An exponent or a divisor is a vector or a matrix, as in `A/B` or `2^x`. Write `A*inv(B)` for the "
        "inverse, and `./` and `.^` for operations on each entry.",
    ),
    "E209": Code(
        "declaration contradicts its use",
        DIMENSIONS,
        "A declared dimension does not fit the way the variable is used, as in `x'*y` with `x: vector(3)` "
        "and `y: vector(4)`, or a name is declared a variable and is a size too. Correct the declaration or "
        "the expression.",
    ),
    # E3xx: the values given for variables do not fit
    "E301": Code(
        "a value is missing",
        DIMENSIONS,
        "The expression is to be evaluated, but a variable in it has no value, as in `A*x` with a value for "
        "A only. Give a value for each variable.",
    ),
    "E302": Code(
        "a value of the wrong shape",
        DIMENSIONS,
        "The array given for a variable does not have the shape of the variable, or two arrays disagree on a "
        "dimension. A vector is a 1-D array, a matrix is 2-D, and a dimension with one name has one size "
        "throughout.",
    ),
    "E303": Code(
        "a value is not numeric",
        DIMENSIONS,
        'The value given for a variable is not an array of real numbers, as the text `"abc"`, a ragged list, '
        "or one with NaN in it. Give a number, a list of numbers, or an array.",
    ),
    "E304": Code(
        "a value outside a function's domain",
        DIMENSIONS,
        "A function is not defined for the value that it is given, as `log(t)` for t = -1 or `inv(A)` for a "
        "numerically singular A, or a matrix is so nearly singular that rounding decides the value. Give "
        "other values, or declare the variable, as in `t: positive`, where the check draws them.",
    ),
    "E305": Code(
        "a value contradicts its declaration",
        DIMENSIONS,
        "The value given for a variable contradicts its declaration, as a matrix that is not symmetric does "
        "for `S: symmetric(n)`. The result relies on the declaration; correct one of the two.",
    ),
    # E4xx: the command or the call is wrong
    "E401": Code(
        "unknown variable of differentiation",
        USAGE,
        "The variable of differentiation does not occur in the expression, as y in `x'*x`. Choose one that "
        "does; capital and lower-case letters differ.",
    ),
    "E402": Code(
        "a declaration cannot be read",
        USAGE,
        "A declaration has the form `NAME: KIND`, as in `W: matrix(m,n)`, `x: vector(n)` or `t: scalar`; "
        "this one does not. Dimensions are names, numbers, and their products and sums.",
    ),
    "E403": Code(
        "unknown value of an option",
        USAGE,
        "An option is given a value that it does not take, as in `--format word`, or an argument in Python "
        "has the wrong type, such as a number instead of a text. The message shows the possible values; "
        "`matcalc --help` lists all options.",
    ),
    "E404": Code(
        "unknown name",
        USAGE,
        "A declaration or a value names a variable that does not occur in the expression, as a value for z "
        "with `x'*x`. Remove it, or correct its spelling.",
    ),
    "E405": Code(
        "a file cannot be read",
        USAGE,
        "The file with a value or with answers is missing, is a folder, a pipe or a device, or does not hold "
        "what its name says, as in `--set A=a.npy`. Values are in `.npy` or `.csv` files with one array of "
        "numbers, answers in text files in UTF-8.",
    ),
    "E406": Code(
        "reading or writing failed",
        STREAMS,
        "Standard input or output is closed, the disk is full, or the encoding of a stream lacks a "
        "character, as with `> /dev/full` or `PYTHONIOENCODING=ascii`. Write elsewhere, or set "
        "`PYTHONIOENCODING=utf-8`.",
    ),
    # E5xx: understood, but not supported
    "E501": Code(
        "the value is not a scalar",
        UNSUPPORTED,
        "Only a scalar has a Hessian. The second derivative of a vector or a matrix has more axes; `diff` "
        "with order 2 gives it.",
    ),
    "E502": Code(
        "order not supported",
        UNSUPPORTED,
        "The order of a derivative is a whole number from 1 to 8; for a mixed derivative there are as many "
        "variables as the order says.",
    ),
    "E503": Code(
        "no derivative known",
        UNSUPPORTED,
        "The table of functions has no derivative for this function, so an expression that contains it has "
        "none either. An entry in that table adds it.",
    ),
    "E504": Code(
        "power too large",
        UNSUPPORTED,
        "A power of a matrix is differentiated factor by factor, and there are too many, as in `X^1000`. Use "
        "a smaller exponent.",
    ),
    "E505": Code(
        "form not supported",
        UNSUPPORTED,
        "The result exists, but not in the form asked for, such as the gradient of a vector or an eigenvalue "
        "as an expression of SymPy. Ask for another form; the message says which there are.",
    ),
    "E506": Code(
        "notation not supported yet",
        UNSUPPORTED,
        "The notation is recognised, and its meaning is clear, but the engine does not support it yet. Write "
        "it in another way; the message says how if there is one.",
    ),
    "E507": Code(
        "an answer cannot be checked",
        UNSUPPORTED,
        "No random values were found at which the expression and its derivative are defined and not "
        "dominated by rounding errors, so the answer is neither right nor wrong. Declare what is known of "
        "the variables, for example that they are positive.",
    ),
    "E508": Code(
        "over the budget",
        UNSUPPORTED,
        "Reading, differentiating, printing, writing code or evaluating takes more steps, seconds or entries "
        "of arrays than the budget allows, as for a very long or deep expression or a high order. Take a "
        "smaller one, or give a larger budget.",
    ),
    "E509": Code(
        "NumPy is needed",
        UNSUPPORTED,
        "Where NumPy is not installed, values are computed with floats and lists of plain Python, and some "
        "functions and forms are not. Install NumPy, or write the expression in other functions.",
    ),
    # E9xx: a defect
    "E901": Code(
        "a defect of matcalc",
        DEFECT,
        "matcalc failed where it should have answered or said why it cannot. Please report the input. If "
        "`MATCALC_DEBUG` is set in the environment, the traceback is shown.",
    ),
}
